import type { Readable } from "node:stream";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { HttpResponse } from "@smithy/core/protocols";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import type { EventBridge, Sqs, Ssm, StepFunctions } from "../../aws/clients.ts";
import { type DynamoDb, dynamoDb } from "../../aws/dynamodb/dynamodb.ts";
import { standardRetries } from "../../aws/json/retries.ts";
import { jsonService } from "../../aws/json/service.ts";
import type { Transport } from "../../aws/json/transport.ts";
import { cryptoIds, systemClock } from "../../aws/machine.ts";
import type { Engine } from "../../testing/dynamodb.ts";
import { type RecordedAnswer, type RecordedCall, recordedService } from "../../testing/recorded-service.ts";
import { ATTEMPTS, type AwsCall, callFromProcess, charge, perProcess } from "./process.ts";

/** The answers of the in-process services. */
export interface Services {
  readonly bus: (call: RecordedCall) => RecordedAnswer;
  readonly states: (call: RecordedCall) => RecordedAnswer;
  readonly queue: (call: RecordedCall) => RecordedAnswer;
  readonly connections: (call: RecordedCall) => RecordedAnswer;
  /** Called with each DynamoDB call before its answer is passed on; may replace the answer. */
  readonly table?: TableWatch;
}

export interface TableWatch {
  /** Replaces the engine's answer; undefined: the engine answers. */
  answer(operation: string, input: Record<string, unknown>): object | undefined;
  /** What was written. */
  wrote(operation: string, input: Record<string, unknown>): void;
}

export interface Clients {
  /** Each process has a client of its own: reads by two processes in one turn are two calls. */
  readonly dynamodb: () => DynamoDb;
  readonly bus: EventBridge;
  readonly states: StepFunctions;
  readonly queue: Sqs;
  readonly ssm: Ssm;
  readonly connections: ApiGatewayManagementApiClient;
}

type Answer = { response: HttpResponse };
interface Handler {
  handle(request: never, options?: never): Promise<Answer>;
}

/** The clients of the functions; each of their calls is counted for the process that makes it. */
export function watchedClients(engine: Engine, services: Services): Clients {
  const retryStrategy = new ConfiguredRetryStrategy(ATTEMPTS, () => 0);
  const fake = (service: string, answer: (call: RecordedCall) => RecordedAnswer) => {
    const { config } = recordedService(answer);
    const { maxAttempts: _, ...rest } = config;
    return { ...rest, retryStrategy, requestHandler: watched(service, config.requestHandler) };
  };
  const retries = standardRetries({ attempts: ATTEMPTS, baseMs: 25, clock: systemClock, random: () => 0 });
  const transport = watchedTransport("DynamoDB", tableTransport(engine.transport, services.table));
  const putEvents = recordedService((call) => {
    charge("events", (JSON.parse(call.body) as { Entries: unknown[] }).Entries.length);
    return services.bus(call);
  });
  const sendMessages = recordedService((call) => {
    charge("messages", 1);
    return services.queue(call);
  });
  const getParameter = recordedService(() => ({ body: { Parameter: { Value: "s3cret" } } }));
  return {
    dynamodb: perProcess(() => dynamoDb({ transport, retries, token: cryptoIds.random })),
    bus: jsonService({ transport: watchedTransport("EventBridge", putEvents.transport), retries }),
    states: jsonService({
      transport: watchedTransport("StepFunctions", recordedService(services.states).transport),
      retries,
    }),
    queue: jsonService({ transport: watchedTransport("SQS", sendMessages.transport), retries }),
    ssm: jsonService({ transport: watchedTransport("SSM", getParameter.transport), retries }),
    connections: new ApiGatewayManagementApiClient({
      ...(fake("ApiGateway", (call) => {
        charge("posts", 1);
        return services.connections(call);
      }) as object),
      // The sender does its own retries.
      retryStrategy: new ConfiguredRetryStrategy(1, () => 0),
    } as never),
  };
}

/** A transport whose calls count for the process that makes them. */
const watchedTransport =
  (service: string, inner: Transport): Transport =>
  (target, body) =>
    callFromProcess(
      { service, operation: operationOf(target), request: body },
      {
        effect: () => inner(target, body),
        brokenAnswer: () => ({ status: 500, body: "" }),
        discard() {},
      },
    );

interface Consumed {
  readonly CapacityUnits?: number;
}

/** DynamoDB itself, with an observer. It reports the consumed capacity of each call, which is charged to its process. */
const tableTransport =
  (inner: Transport, watch: TableWatch | undefined): Transport =>
  async (target, body) => {
    const operation = operationOf(target);
    const input = JSON.parse(body) as Record<string, unknown>;
    const instead = watch?.answer(operation, input);
    if (instead) return { status: 200, body: JSON.stringify(instead) };
    const answer = await inner(target, JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" }));
    if (answer.status !== 200) return answer;
    const { ConsumedCapacity } = JSON.parse(answer.body) as { ConsumedCapacity?: Consumed | Consumed[] };
    for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat())
      charge(/^(Query|BatchGet)/.test(operation) ? "read" : "write", CapacityUnits);
    watch?.wrote(operation, input);
    return answer;
  };

const operationOf = (target: string): string => target.split(".").at(-1)!;

interface Requested {
  readonly headers: Record<string, string>;
  readonly path: string;
  readonly body?: unknown;
}

const operationOfRequest = ({ headers }: Requested): string =>
  headers["x-amz-target"] === undefined ? "PostToConnection" : operationOf(headers["x-amz-target"]);

const watched = (service: string, inner: Handler) => ({
  ...options,
  handle(request: Requested, ...rest: never[]): Promise<Answer> {
    const call: AwsCall = { service, operation: operationOfRequest(request), request: request.path };
    return callFromProcess(call, {
      effect: () => inner.handle(request as never, ...rest),
      brokenAnswer: () => ({ response: new HttpResponse({ statusCode: 500, headers: {} }) }),
      // An unread body would keep its connection to the engine.
      discard: ({ response }) => (response.body as Readable | undefined)?.resume?.(),
    });
  },
});

const options = { updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) };
