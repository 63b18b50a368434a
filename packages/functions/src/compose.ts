import { type App, createApp, createClock, createRelay, type Ports } from "@callboard/core";
import {
  bucketSigner,
  connectionsClient,
  dynamoClient,
  eventBridgeClient,
  sfnClient,
  sqsClient,
} from "./aws/clients.ts";
import { eventBridgeBus } from "./aws/eventbridge-bus.ts";
import { jsonSchemaAnswers } from "./aws/json-schema-answers.ts";
import { cryptoIds, systemClock } from "./aws/machine.ts";
import { powertoolsLog } from "./aws/powertools-log.ts";
import { sfnExecutions } from "./aws/sfn-executions.ts";
import { sqsWakeups } from "./aws/sqs-wakeups.ts";
import { longestTimeoutSeconds } from "./deployment/functions.ts";
import type { AwsEnvironment, EnvironmentOf, FunctionName } from "./environment.ts";
import { apiGatewayPush, type PushParts } from "./push/api-gateway-push.ts";
import type { Sender } from "./push/ports.ts";
import { sdkSender } from "./push/sdk-sender.ts";
import { dynamoDueStore } from "./table/dynamo-due-store.ts";
import { dynamoTokenVault, requestMoves } from "./table/dynamo-request-moves.ts";
import { documentClient, type Table } from "./table/table.ts";
import { tableStores } from "./table/table-stores.ts";

/** What a handler is made of. */
export interface Composed {
  readonly app: App;
  readonly clock: Ports["clock"];
  readonly log: Ports["log"];
}

/** Takes the place of any port, or of what pushing over API Gateway stands on. */
export type Overrides = Partial<Ports & Pick<PushParts, "subscriptions" | "sender">>;

/** Answers route messages; it reads and writes rows (no task tokens), puts events and signs URLs. */
export const composeSocket = (environment: EnvironmentOf<"socket">, overrides: Overrides = {}): Composed =>
  compose("socket", environment, overrides, ({ clock }) => ({
    objects: bucketSigner(environment, clock),
    schemas: jsonSchemaAnswers,
  }));

/** The HTTP API: lists, shows and answers requests; it reads and writes rows (no task tokens) and puts events. */
export const composeRequests = (
  environment: EnvironmentOf<"requests">,
  overrides: Overrides = {},
): Composed => compose("requests", environment, overrides, () => ({ schemas: jsonSchemaAnswers }));

/** Hands answers over; it alone opens task tokens and speaks to Step Functions. */
export function composeRelay(environment: EnvironmentOf<"relay">, overrides: Overrides = {}) {
  const { table, clock, log, bus, wakeups } = basics("relay", environment, overrides);
  const ports = {
    requests: requestMoves(table),
    tokens: dynamoTokenVault(table),
    executions: sfnExecutions(sfnClient(environment)),
    bus,
    wakeups,
    clock,
    log,
    ...overrides,
  };
  return { app: createRelay(ports), clock, log };
}

/** Finds what is due; it reads one index and the rows that may be due, puts events and sends messages to itself. */
export function composeClock(environment: EnvironmentOf<"clock">, overrides: Overrides = {}) {
  const { table, clock, log, bus, wakeups } = basics("clock", environment, overrides);
  const ports = { dues: dynamoDueStore(table), bus, wakeups, clock, log, ...overrides };
  return { app: createClock(ports, longestTimeoutSeconds * 1000), clock, log };
}

/** The command of whoever runs the deployment: reads what was kept and takes people out of it (no task tokens). */
export const composeCli = (environment: EnvironmentOf<"cli">, overrides: Overrides = {}): Composed =>
  compose("cli", environment, overrides, ({ clock, log }) => {
    const { SOCKET_ENDPOINT: endpoint, BUCKET } = environment;
    // Clients hear of it at their next ping: nothing is delivered, and what is signed for it does not matter.
    if (!endpoint || !BUCKET)
      return {
        push: withheld<Ports["push"]>("push", "cli", { deliver: async () => ({ gone: 0 }) }),
        objects: { sign: async () => ({ url: "", expiresAt: 0 }) },
      };
    return {
      sender: sdkSender({ client: connectionsClient(environment, endpoint), log }),
      objects: bucketSigner({ ...environment, BUCKET }, clock),
    };
  });

interface Base {
  readonly clock: Ports["clock"];
  readonly log: Ports["log"];
}

/** What every function but the authorizers stands on. */
export function basics(name: FunctionName, environment: AwsEnvironment, overrides: Overrides) {
  const { clock = systemClock, log = powertoolsLog(name) } = overrides;
  const { TABLE_NAME, RETENTION_DAYS: retentionDays, TABLE_GENERATION: generation } = environment;
  const table: Table = {
    name: TABLE_NAME,
    documents: documentClient(dynamoClient(environment)),
    clock,
    ...(retentionDays ? { retentionDays } : {}),
    ...(generation ? { generation } : {}),
  };
  const bus = eventBridgeBus({
    client: eventBridgeClient(environment),
    busName: environment.BUS_NAME,
    clock,
  });
  const queueUrl = environment.WAKEUPS_QUEUE_URL;
  const wakeups: Ports["wakeups"] = queueUrl
    ? sqsWakeups({ client: sqsClient(environment), queueUrl, clock })
    : { send: async () => {} };
  return { table, bus, wakeups, clock, log };
}

/** Makes all use cases of the ports that the function may use: the table, the bus, and what is its `own`. */
export function compose(
  name: FunctionName,
  environment: AwsEnvironment,
  overrides: Overrides,
  own: (base: Base) => Overrides,
): Composed {
  const { table, bus, wakeups, clock, log } = basics(name, environment, overrides);
  const parts = {
    ...tableStores(table),
    tokens: withheld<Ports["tokens"]>("tokens", name),
    sender: withheld<Sender>("sender", name),
    executions: withheld<Ports["executions"]>("executions", name),
    objects: withheld<Ports["objects"]>("objects", name),
    schemas: withheld<Ports["schemas"]>("schemas", name),
    bus,
    wakeups,
    clock,
    ids: cryptoIds,
    log,
    ...own({ clock, log }),
    ...overrides,
  };
  return { app: createApp({ push: apiGatewayPush(parts), ...parts }), clock, log };
}

/** A port that a function is not given: what it must not do it cannot do, wherever its role would err. */
function withheld<T extends object>(port: string, from: FunctionName, given: Partial<T> = {}): T {
  const refuse = (method: string | symbol) => () => {
    throw new Error(`${from} was not given ${port}.${String(method)}`);
  };
  return new Proxy(given as T, { get: (_, method) => given[method as keyof T] ?? refuse(method) });
}
