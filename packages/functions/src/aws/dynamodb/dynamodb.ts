import {
  type Fields,
  type JsonService,
  type JsonServiceOptions,
  jsonService,
  ServiceError,
} from "../json/service.ts";
import { type Attributes, toAttributes, toValues, type Values } from "./values.ts";

const TARGET_PREFIX = "DynamoDB_20120810";

/** DynamoDB, for the operations below. It throws `ServiceError`s, and subclasses where an error holds items. */
export interface DynamoDb extends JsonService<typeof TARGET_PREFIX> {
  /** A token that makes a transaction idempotent: sent twice, it takes effect once. */
  readonly token: () => string;
}

/** A condition did not hold; `item` is the current row, if `ALL_OLD` was set. */
export class ConditionalCheckFailed extends ServiceError {
  readonly item: Values | undefined;
  constructor(name: string, message: string, status: number, fields: Fields) {
    super(name, message, status, fields);
    this.item = itemOf(fields.Item);
  }
}

/** Why an action cancelled its transaction; `None`: it did not. */
export interface CancellationReason {
  readonly code: string;
  readonly item: Values | undefined;
}

/** A transaction was cancelled; each reason is at the index of its action. */
export class TransactionCanceled extends ServiceError {
  readonly reasons: readonly CancellationReason[];
  constructor(name: string, message: string, status: number, fields: Fields) {
    super(name, message, status, fields);
    const reasons = (fields.CancellationReasons ?? []) as { Code?: string | null; Item?: unknown }[];
    this.reasons = reasons.map(({ Code, Item }) => ({ code: Code ?? "None", item: itemOf(Item) }));
  }
}

const itemOf = (item: unknown): Values | undefined =>
  item && Object.keys(item).length > 0 ? toValues(item as Attributes) : undefined;

const classes: Readonly<Record<string, typeof ConditionalCheckFailed | typeof TransactionCanceled>> = {
  ConditionalCheckFailedException: ConditionalCheckFailed,
  TransactionCanceledException: TransactionCanceled,
};

/** DynamoDB over a transport. */
export function dynamoDb(options: JsonServiceOptions & Pick<DynamoDb, "token">): DynamoDb {
  const { call } = jsonService<typeof TARGET_PREFIX>(options);
  return {
    token: options.token,
    call: (target, input) =>
      call(target, input).catch((error) => {
        const Own = error instanceof ServiceError ? classes[error.name] : undefined;
        if (!Own) throw error;
        throw new Own(error.name, error.message, error.status, error.fields);
      }),
  };
}

/** The names and values that expressions use. */
interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: object;
}

interface Conditional extends Placeholders {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD" | "NONE";
}

interface Put extends Conditional {
  readonly Item: object;
}

interface Update extends Conditional {
  readonly Key: object;
  readonly UpdateExpression: string;
}

interface Delete extends Conditional {
  readonly Key: object;
}

interface Check extends Conditional {
  readonly Key: object;
  readonly ConditionExpression: string;
}

/** One write of a transaction. */
export type TransactWrite =
  | { readonly Put: Put }
  | { readonly Update: Update }
  | { readonly Delete: Delete }
  | { readonly ConditionCheck: Check };

/** An item before or after a write, if it was requested. */
export interface Returned {
  readonly Attributes?: Values;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export async function putItem(
  dynamodb: DynamoDb,
  input: Put & { readonly ReturnValues?: "NONE" | "ALL_OLD" },
): Promise<Returned> {
  return outputOf(await dynamodb.call("DynamoDB_20120810.PutItem", inputOf(input)));
}

/** An update, and which part of the item it returns. */
export interface UpdateItem extends Update {
  readonly ReturnValues?: "NONE" | "ALL_OLD" | "UPDATED_OLD" | "ALL_NEW" | "UPDATED_NEW";
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export async function updateItem(dynamodb: DynamoDb, input: UpdateItem): Promise<Returned> {
  return outputOf(await dynamodb.call("DynamoDB_20120810.UpdateItem", inputOf(input)));
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export async function deleteItem(
  dynamodb: DynamoDb,
  input: Delete & { readonly ReturnValues?: "NONE" | "ALL_OLD" },
): Promise<Returned> {
  return outputOf(await dynamodb.call("DynamoDB_20120810.DeleteItem", inputOf(input)));
}

export interface QueryInput extends Placeholders {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly Select?: "COUNT";
  readonly Limit?: number;
  readonly ExclusiveStartKey?: object;
}

/** A page; without `LastEvaluatedKey` it is the last. */
export interface QueryOutput {
  readonly Items?: Values[];
  readonly Count?: number;
  readonly LastEvaluatedKey?: Values;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
export async function query(dynamodb: DynamoDb, input: QueryInput): Promise<QueryOutput> {
  return outputOf(await dynamodb.call("DynamoDB_20120810.Query", inputOf(input)));
}

/** Keys to read, by table. */
export interface KeysToRead {
  readonly [table: string]: { readonly Keys: readonly object[]; readonly ConsistentRead?: boolean };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export async function batchGetItem(
  dynamodb: DynamoDb,
  input: { readonly RequestItems: KeysToRead },
): Promise<{
  readonly Responses: Readonly<Record<string, Values[]>>;
  readonly UnprocessedKeys: Readonly<Record<string, { readonly Keys: Values[] }>>;
}> {
  const RequestItems = mapValues(input.RequestItems, (of) => ({ ...of, Keys: of.Keys.map(toAttributes) }));
  const { Responses, UnprocessedKeys } = (await dynamodb.call("DynamoDB_20120810.BatchGetItem", {
    RequestItems,
  })) as {
    Responses?: Record<string, Attributes[]>;
    UnprocessedKeys?: Record<string, { Keys: Attributes[] }>;
  };
  return {
    Responses: mapValues(Responses ?? {}, (items) => items.map(toValues)),
    UnprocessedKeys: mapValues(UnprocessedKeys ?? {}, ({ Keys }) => ({ Keys: Keys.map(toValues) })),
  };
}

/** One write of a batch: puts or removes a row unconditionally. */
export type BatchWrite =
  | { readonly PutRequest: { readonly Item: object } }
  | { readonly DeleteRequest: { readonly Key: object } };

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
export async function batchWriteItem(
  dynamodb: DynamoDb,
  input: { readonly RequestItems: Readonly<Record<string, readonly BatchWrite[]>> },
): Promise<{ readonly UnprocessedItems: Readonly<Record<string, BatchWrite[]>> }> {
  const RequestItems = mapValues(input.RequestItems, (writes) =>
    writes.map((write) =>
      "PutRequest" in write
        ? { PutRequest: { Item: toAttributes(write.PutRequest.Item) } }
        : { DeleteRequest: { Key: toAttributes(write.DeleteRequest.Key) } },
    ),
  );
  const { UnprocessedItems } = (await dynamodb.call("DynamoDB_20120810.BatchWriteItem", {
    RequestItems,
  })) as { UnprocessedItems?: Record<string, RawWrite[]> };
  return {
    UnprocessedItems: mapValues(UnprocessedItems ?? {}, (writes) =>
      writes.map(({ PutRequest, DeleteRequest }) =>
        PutRequest
          ? { PutRequest: { Item: toValues(PutRequest.Item) } }
          : { DeleteRequest: { Key: toValues(DeleteRequest!.Key) } },
      ),
    ),
  };
}

interface RawWrite {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html. Adds a
 * `ClientRequestToken` if there is none, as the SDK does, so that a retry takes effect once.
 */
export async function transactWriteItems(
  dynamodb: DynamoDb,
  input: { readonly TransactItems: readonly TransactWrite[]; readonly ClientRequestToken?: string },
): Promise<void> {
  await dynamodb.call("DynamoDB_20120810.TransactWriteItems", {
    TransactItems: input.TransactItems.map((write) => mapValues(write, inputOf)),
    ClientRequestToken: input.ClientRequestToken ?? dynamodb.token(),
  });
}

interface Valued {
  readonly Item?: object;
  readonly Key?: object;
  readonly ExpressionAttributeValues?: object;
  readonly ExclusiveStartKey?: object;
}

/** Converts an operation's input from plain values to attributes; undefined members are left out. */
function inputOf(input: Valued): object {
  const { Item, Key, ExpressionAttributeValues: values, ExclusiveStartKey: start } = input;
  return {
    ...input,
    ...(Item ? { Item: toAttributes(Item) } : {}),
    ...(Key ? { Key: toAttributes(Key) } : {}),
    ...(values ? { ExpressionAttributeValues: toAttributes(values) } : {}),
    ...(start ? { ExclusiveStartKey: toAttributes(start) } : {}),
  };
}

/** Converts an operation's output from attributes to plain values; null members are left out. */
function outputOf({
  Attributes: attributes,
  Items,
  Count,
  LastEvaluatedKey: last,
}: Fields): Returned & QueryOutput {
  return {
    ...(attributes ? { Attributes: toValues(attributes as Attributes) } : {}),
    ...(Items ? { Items: (Items as Attributes[]).map(toValues) } : {}),
    ...(typeof Count === "number" ? { Count } : {}),
    ...(last ? { LastEvaluatedKey: toValues(last as Attributes) } : {}),
  };
}

const mapValues = <T, R>(of: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
