import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { DeleteCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { virtualClock } from "@callboard/aws-local";
import { credentials, region } from "@callboard/dev";
import { openStage } from "./stage.ts";

/**
 * Other projects' definitions, which exist where changes are checked. `CALLBOARD_MACHINES` names another file of them.
 */
const file =
  process.env.CALLBOARD_MACHINES ??
  fileURLToPath(new URL("../../../shared/conformance/machines.json", import.meta.url));
export const machines: readonly { id: string; source: string; definition: object; invalid?: string }[] =
  existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).machines : [];

/** A public definition as text, by the end of its path; undefined if it is not available. */
export function published(path: string): string | undefined {
  const found = machines.find(({ source }) => source.endsWith(path));
  return found && JSON.stringify(found.definition);
}

export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:000000000000:${resource}`;

/** The number of tries before a search is given up. */
const MAX_LOOKS = 2_000;

/** An execution that has ended. */
export interface Outcome {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** Callboard with the sample functions, whose clock advances only when something waits. */
export async function openSampleStage() {
  const clock = virtualClock(Date.now());
  const folder = fileURLToPath(new URL("./sample-functions", import.meta.url));
  const stage = await openStage(
    { clock },
    { functions: { folder, environment: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" } } },
  );
  const client = { endpoint: stage.callboard.addresses.aws, region, credentials };
  const sqs = new SQSClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const { sfn, bus, documents } = stage.aws;
  let names = 0;

  /** Advances time until there is an answer, but only while no event waits for a function in its thread. */
  async function until<T>(look: () => Promise<T | undefined> | T | undefined, stepMs = 200): Promise<T> {
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const found = await look();
      if (found !== undefined) return found;
      await stage.settled();
      await clock.advance(stepMs);
      await new Promise((turn) => setTimeout(turn, 2));
    }
    throw new Error(`nothing came until ${new Date(clock.now()).toISOString()}`);
  }

  const outcomeOf = async (executionArn: string): Promise<Outcome | undefined> => {
    const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING") return undefined;
    return {
      status: status!,
      ...(output === undefined ? {} : { output: JSON.parse(output) }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  };

  return {
    ...stage,
    clock,
    sqs,
    s3,
    until,
    outcomeOf,
    async create(definition: string, name = `sample-${++names}`): Promise<string> {
      const roleArn = arn("iam", "role/sample").replace(region, "");
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({ name, definition, roleArn }),
      );
      return stateMachineArn!;
    },
    async start(stateMachineArn: string, input: object, name?: string): Promise<string> {
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn,
          input: JSON.stringify(input),
          ...(name ? { name } : {}),
        }),
      );
      return executionArn!;
    },
    ended: (executionArn: string, stepMs?: number) => until(() => outcomeOf(executionArn), stepMs),
    /** The tokens that an execution has issued, as soon as there are this many. */
    tokens: (executionArn: string, count: number) =>
      until(async () => {
        const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
        const given = events.map(({ taskScheduledEventDetails: task }) => task?.parameters ?? "");
        const tokens = given.flatMap((text) => /"taskToken":"([^"]+)"/.exec(text)?.[1] ?? []);
        return tokens.length < count ? undefined : tokens;
      }),
    async table(TableName: string, hash: string, range?: string): Promise<void> {
      const keys = [hash, ...(range ? [range] : [])];
      await (documents as unknown as DynamoDBClient).send(
        new CreateTableCommand({
          TableName,
          KeySchema: keys.map((AttributeName, n) => ({ AttributeName, KeyType: n ? "RANGE" : "HASH" })),
          AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
          BillingMode: "PAY_PER_REQUEST",
        }),
      );
    },
    fill: async (TableName: string, items: readonly object[]) => {
      for (const Item of items) await documents.send(new PutCommand({ TableName, Item }));
    },
    /** A table with the keys PK and SK. */
    async empty(TableName: string): Promise<void> {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
      for (const { PK, SK } of Items) await documents.send(new DeleteCommand({ TableName, Key: { PK, SK } }));
    },
    putObject: (Bucket: string, Key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    /** A rule of the default bus with a target. */
    async rule(name: string, pattern: object, target: string): Promise<void> {
      await bus.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
      await bus.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: "1", Arn: target }] }));
    },
    /** The events of the default bus from now on, by a rule with a queue as target. */
    async listen(pattern: object) {
      const QueueName = `events-${++names}`;
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
      await this.rule(QueueName, pattern, arn("sqs", QueueName));
      const heard: { type: string; detail: Record<string, unknown> }[] = [];
      return async () => {
        await stage.settled();
        for (;;) {
          const { Messages } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
          );
          if (!Messages) return heard;
          for (const { Body, ReceiptHandle } of Messages) {
            const { "detail-type": type, detail } = JSON.parse(Body!);
            heard.push({ type, detail });
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          }
        }
      };
    },
    async close() {
      sqs.destroy();
      s3.destroy();
      await stage.close();
    },
  };
}

export type SampleStage = Awaited<ReturnType<typeof openSampleStage>>;
