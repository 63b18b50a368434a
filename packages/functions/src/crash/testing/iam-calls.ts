import type { FunctionName } from "../../environment.ts";
import { type RowKind, rowPrefix } from "../../table/keys.ts";
import type { AwsCall, Process } from "./process.ts";

/** A call as IAM sees it: an action on a resource, with the condition keys. */
interface IamCall {
  readonly action: string;
  /** Partition keys of the table's rows, or of an index. */
  readonly keys?: readonly string[];
  readonly index?: string;
  /** Entries that are put on the bus, `source: detail-type` each. */
  readonly events?: readonly string[];
  /** The end of the ARN of a resource that the call names: a connection, an object, an execution. */
  readonly of?: string;
}

/** The calls of each function, by what invoked it. */
export type RecordedCalls = Partial<Record<FunctionName, Record<string, IamCall[]>>>;

/** All calls of some invocations: each kind of call once for each kind of invocation. */
export function recordedCalls(processes: readonly Process[]): RecordedCalls {
  const all: RecordedCalls = {};
  for (const { name, of, calls } of processes) {
    all[name] ??= {};
    all[name][of] ??= [];
    const known = all[name][of];
    for (const call of calls.flatMap(iamCallsOf))
      if (!known.some((one) => kindOf(one) === kindOf(call))) known.push(call);
  }
  const inOrder = <T>(of: Record<string, T>) =>
    Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const [name, paths] of Object.entries(all)) {
    const sorted = Object.entries(paths).map(([path, calls]): [string, IamCall[]] => [
      path,
      calls.sort((a, b) => (kindOf(a) < kindOf(b) ? -1 : 1)),
    ]);
    all[name as FunctionName] = inOrder(Object.fromEntries(sorted));
  }
  return inOrder(all) as RecordedCalls;
}

/** The kind of row of a partition key. */
function rowKindOf(key: string): RowKind {
  const found = Object.entries(rowPrefix).find(([, prefix]) => key.startsWith(prefix));
  if (!found) throw new Error(`no prefix of a row fits ${key}`);
  return found[0] as RowKind;
}

const kindOf = ({ action, index, keys = [], events = [], of }: IamCall): string => {
  const kinds = index === undefined ? [...new Set(keys.map(rowKindOf))].sort() : [];
  return [action, index, ...kinds, ...[...events].sort(), placeOf(action, of)].join(" ");
};

/** For objects, the folder, because roles differ by it. */
const placeOf = (action: string, of: string | undefined): string =>
  action.startsWith("s3:") && of !== undefined ? of.split("/", 1)[0]! : of === undefined ? "" : "of";

type Attributes = Readonly<Record<string, { readonly S?: string }>>;
interface Keyed {
  readonly Key?: Attributes;
  readonly Item?: Attributes;
}

const keyOf = ({ Key, Item }: Keyed): string => (Key ?? Item)!.pk!.S!;

function iamCallsOf({ service, operation, request }: AwsCall): IamCall[] {
  switch (service) {
    case "DynamoDB":
      return tableCalls(operation, JSON.parse(request));
    case "EventBridge": {
      const { Entries } = JSON.parse(request) as { Entries: { Source: string; DetailType: string }[] };
      const events = [...new Set(Entries.map(({ Source, DetailType }) => `${Source}: ${DetailType}`))];
      return [{ action: "events:PutEvents", events: events.sort() }];
    }
    case "SQS":
      return [{ action: `sqs:${operation.replace(/Batch$/, "")}` }];
    case "StepFunctions": {
      const { executionArn } = JSON.parse(request) as { executionArn?: string };
      return [{ action: `states:${operation}`, ...(executionArn ? { of: executionArn } : {}) }];
    }
    case "ApiGateway":
      return [{ action: "execute-api:ManageConnections", of: request.slice(request.lastIndexOf("/") + 1) }];
    case "SES":
      return [{ action: `ses:${operation}` }];
    case "SSM":
      return [{ action: `ssm:${operation}` }];
    case "SMTP":
      return [];
    case "S3":
      return [{ action: `s3:${operation}`, of: request }];
  }
  throw new Error(`no IAM action is known for ${service}`);
}

/** A transaction needs the permissions of its parts. Other calls need their own, for all keys that they name. */
function tableCalls(operation: string, input: Record<string, unknown>): IamCall[] {
  const action = `dynamodb:${operation}`;
  switch (operation) {
    case "BatchGetItem": {
      const tables = Object.values(input.RequestItems as Record<string, { Keys: Attributes[] }>);
      return tables.map(({ Keys }) => ({ action, keys: distinct(Keys.map((Key) => keyOf({ Key }))) }));
    }
    case "BatchWriteItem": {
      type Write = { PutRequest?: Keyed; DeleteRequest?: Keyed };
      const tables = Object.values(input.RequestItems as Record<string, Write[]>);
      return tables.map((writes) => ({
        action,
        keys: distinct(writes.map(({ PutRequest, DeleteRequest }) => keyOf((PutRequest ?? DeleteRequest)!))),
      }));
    }
    case "TransactWriteItems":
      return (input.TransactItems as Record<string, Keyed>[]).flatMap((item) =>
        Object.entries(item).map(([kind, one]) => ({
          action: `dynamodb:${kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`}`,
          keys: [keyOf(one)],
        })),
      );
    case "Query": {
      const {
        IndexName: index,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: values,
      } = input;
      const [, partition] = /^[#\w]+ = (:\w+)/.exec(String(condition))!;
      const keys = [(values as Attributes)[partition!]!.S!];
      return [{ action, keys, ...(index === undefined ? {} : { index: String(index) }) }];
    }
  }
  return [{ action, keys: [keyOf(input as Keyed)] }];
}

const distinct = (keys: readonly string[]): string[] => [...new Set(keys)];
