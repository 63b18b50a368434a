import type { Readable } from "node:stream";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { HttpResponse } from "@smithy/core/protocols";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import { documentClient } from "../table/table.ts";
import type { Engine } from "../testing/dynoxide.ts";
import { type RecordedAnswer, type RecordedCall, recordedService } from "../testing/recorded-service.ts";
import { type AwsCall, attempts, callFromProcess, charge } from "./process.fixture.ts";

/** What the in-process services answer. */
export interface Services {
  readonly bus: (call: RecordedCall) => RecordedAnswer;
  readonly states: (call: RecordedCall) => RecordedAnswer;
  readonly queue: (call: RecordedCall) => RecordedAnswer;
  readonly connections: (call: RecordedCall) => RecordedAnswer;
  /** Told of each DynamoDB call before its answer is handed on; may answer in its place. */
  readonly table?: TableWatch;
}

export interface TableWatch {
  /** An answer in place of the engine's; undefined: the engine answers. */
  answer(operation: string, input: Record<string, unknown>): object | undefined;
  /** What was written. */
  wrote(operation: string, input: Record<string, unknown>): void;
}

export interface Clients {
  readonly documents: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly states: SFNClient;
  readonly queue: SQSClient;
  readonly connections: ApiGatewayManagementApiClient;
}

type Answer = { response: HttpResponse };
interface Handler {
  handle(request: never, options?: never): Promise<Answer>;
}

/** The SDK's own clients; every call of theirs goes through the process that makes it. */
export function watchedClients(engine: Engine, services: Services): Clients {
  const retryStrategy = new ConfiguredRetryStrategy(attempts, () => 0);
  const fake = (service: string, answer: (call: RecordedCall) => RecordedAnswer) => {
    const { config } = recordedService(answer);
    const { maxAttempts: _, ...rest } = config;
    return { ...rest, retryStrategy, requestHandler: watched(service, config.requestHandler) };
  };
  const { region, credentials } = recordedService(() => ({})).config;
  const dynamo = new DynamoDBClient({
    region,
    credentials,
    endpoint: engine.url,
    retryStrategy,
    requestHandler: watched(
      "DynamoDB",
      tableHandler(engine.client.config.requestHandler as unknown as Handler, services.table),
    ) as never,
  });
  countUnits(dynamo);
  return {
    documents: documentClient(dynamo),
    bus: new EventBridgeClient(
      fake("EventBridge", (call) => {
        charge("events", (JSON.parse(call.body) as { Entries: unknown[] }).Entries.length);
        return services.bus(call);
      }) as never,
    ),
    states: new SFNClient(fake("StepFunctions", services.states) as never),
    queue: new SQSClient(
      fake("SQS", (call) => {
        charge("messages", 1);
        return services.queue(call);
      }) as never,
    ),
    connections: new ApiGatewayManagementApiClient({
      ...(fake("ApiGateway", (call) => {
        charge("posts", 1);
        return services.connections(call);
      }) as object),
      // The sender itself paces its retries.
      retryStrategy: new ConfiguredRetryStrategy(1, () => 0),
    } as never),
  };
}

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Has DynamoDB say what each call consumed, and charges whoever made it. */
function countUnits(dynamo: DynamoDBClient): void {
  dynamo.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const input = { ...args.input, ReturnConsumedCapacity: "TOTAL" } as typeof args.input;
        const result = await next({ ...args, input });
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
        for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat())
          charge(/^(Get|Query|BatchGet)/.test(commandName) ? "read" : "write", CapacityUnits);
        return result;
      },
    { step: "initialize", name: "countUnits" },
  );
}

interface Requested {
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

const operationOf = ({ headers }: Requested): string =>
  headers["x-amz-target"]?.split(".").at(-1) ?? "PostToConnection";

const watched = (service: string, inner: Handler) => ({
  ...options,
  handle(request: Requested, ...rest: never[]): Promise<Answer> {
    const call: AwsCall = { service, operation: operationOf(request) };
    return callFromProcess(call, {
      effect: () => inner.handle(request as never, ...rest),
      brokenAnswer: () => ({ response: new HttpResponse({ statusCode: 500, headers: {} }) }),
      // A body that is not read would hold its connection to the engine.
      discard: ({ response }) => (response.body as Readable | undefined)?.resume?.(),
    });
  },
});

const options = { updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) };

/** DynamoDB itself, with whoever watches over it. */
function tableHandler(inner: Handler, watch: TableWatch | undefined): Handler {
  if (!watch) return inner;
  return {
    async handle(request: Requested, ...rest: never[]): Promise<Answer> {
      const operation = operationOf(request);
      const input = JSON.parse(String(request.body)) as Record<string, unknown>;
      const instead = watch.answer(operation, input);
      if (instead) {
        const headers = { "content-type": "application/x-amz-json-1.0" };
        const body = Buffer.from(JSON.stringify(instead));
        return { response: new HttpResponse({ statusCode: 200, headers, body }) };
      }
      const answer = await inner.handle(request as never, ...rest);
      if (answer.response.statusCode === 200) watch.wrote(operation, input);
      return answer;
    },
  };
}
