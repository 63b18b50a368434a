import {
  type App,
  createApp,
  createClock,
  createRelay,
  createRequests,
  createSocket,
  laterInInvocation,
  type Ports,
} from "@callboard/core";
import {
  bucketSigner,
  chainProvider,
  connectionsClient,
  dynamoDbOf,
  eventBridgeOf,
  sqsOf,
  stepFunctionsOf,
  type Wire,
} from "./aws/clients.ts";
import { doorTokens } from "./aws/door-tokens.ts";
import { eventBridgeBus } from "./aws/eventbridge-bus.ts";
import { jsonLog } from "./aws/json-log.ts";
import { jsonSchemaAnswers } from "./aws/json-schema-answers.ts";
import { cryptoIds, systemClock } from "./aws/machine.ts";
import { sfnExecutions } from "./aws/sfn-executions.ts";
import { sqsWakeups } from "./aws/sqs-wakeups.ts";
import { longestTimeoutSeconds } from "./deployment/functions.ts";
import type { AwsEnvironment, EnvironmentOf, FunctionName } from "./environment.ts";
import { apiGatewayPush, type PushParts } from "./push/api-gateway-push.ts";
import type { Sender } from "./push/ports.ts";
import { sdkSender } from "./push/sdk-sender.ts";
import { dynamoDueStore } from "./table/dynamo-due-store.ts";
import { dynamoHistoryStore } from "./table/dynamo-history-store.ts";
import { dynamoNoticeStore } from "./table/dynamo-notice-store.ts";
import { dynamoPeopleStore } from "./table/dynamo-people-store.ts";
import { dynamoReachStore } from "./table/dynamo-reach-store.ts";
import { dynamoRefusalCounter } from "./table/dynamo-refusal-counter.ts";
import { dynamoTokenVault, requestMoves } from "./table/dynamo-request-moves.ts";
import { checkedHeads } from "./table/layout.ts";
import type { Table } from "./table/table.ts";
import { rowStores } from "./table/table-stores.ts";

/** The parts of a handler. */
export interface Composed<A> {
  /** The use cases that the function calls. */
  readonly app: A;
  readonly clock: Ports["clock"];
  readonly log: Ports["log"];
}

/** Replaces any port, or the ports that pushing over API Gateway and the table use. */
export type Overrides = Partial<
  Ports & Pick<PushParts, "subscriptions" | "sweeps" | "sender" | "postsPerSecond"> & Pick<Wire, "inProcess">
>;

/** Answers WebSocket messages; it reads and writes rows (no task tokens), puts events and signs URLs. */
export const composeSocket = (
  environment: EnvironmentOf<"socket">,
  overrides: Overrides = {},
): Composed<ReturnType<typeof createSocket>> =>
  compose("socket", environment, overrides, {
    create: createSocket,
    own: ({ clock, table }) => ({
      objects: bucketSigner(environment, clock),
      schemas: jsonSchemaAnswers,
      refusals: dynamoRefusalCounter(table),
      people: dynamoPeopleStore(table),
      reach: dynamoReachStore(table),
    }),
  });

/** The HTTP API: lists, shows and answers requests; it reads and writes rows (no task tokens) and puts events. */
export const composeRequests = (
  environment: EnvironmentOf<"requests">,
  overrides: Overrides = {},
): Composed<ReturnType<typeof createRequests>> =>
  compose("requests", environment, overrides, {
    create: createRequests,
    own: ({ table, clock }) => ({
      schemas: jsonSchemaAnswers,
      refusals: dynamoRefusalCounter(table),
      people: dynamoPeopleStore(table),
      reach: dynamoReachStore(table),
      history: dynamoHistoryStore(table),
      // It opens tokens that came through a door, and creates no key.
      doorTokens: doorTokens({ table, clock }),
    }),
  });

/** Sends answers to executions; only this function opens task tokens and calls Step Functions. */
export function composeRelay(environment: EnvironmentOf<"relay">, overrides: Overrides = {}) {
  const { table, clock, log, bus, wakeups } = basics("relay", environment, overrides);
  const ports = {
    requests: requestMoves(table),
    tokens: dynamoTokenVault(table),
    executions: sfnExecutions(stepFunctionsOf(environment, { clock, log, inProcess: overrides.inProcess })),
    bus,
    wakeups,
    clock,
    log,
    ...overrides,
  };
  return { app: createRelay(ports), account: environment.ACCOUNT_ID, clock, log };
}

/**
 * Finds what is due; it reads one index and the rows that may be due, puts events and sends wake-up messages to itself.
 */
export function composeClock(environment: EnvironmentOf<"clock">, overrides: Overrides = {}) {
  const { table, clock, log, bus, wakeups } = basics("clock", environment, overrides);
  const ports = { dues: dynamoDueStore(table), bus, wakeups, clock, log, ...overrides };
  return { app: createClock(ports, longestTimeoutSeconds * 1000), clock, log };
}

/** The operator's command: it reads stored data and erases people (no task tokens). */
export function composeCli(environment: EnvironmentOf<"cli">, overrides: Overrides = {}): Composed<App> {
  const credentials = chainProvider(environment);
  return compose("cli", environment, overrides, { create: createApp, own, wire: { credentials } });

  function own({ clock, log, table }: Base): Overrides {
    const known = {
      refusals: dynamoRefusalCounter(table),
      people: dynamoPeopleStore(table),
      reach: dynamoReachStore(table),
      notices: dynamoNoticeStore(table),
      history: dynamoHistoryStore(table),
    };
    const { SOCKET_ENDPOINT: endpoint, BUCKET } = environment;
    const lists = new Set(environment.LISTS);
    // Clients learn of it with their next ping: nothing is delivered, so the signed URLs are not used.
    if (!endpoint || !BUCKET)
      return {
        ...known,
        lists,
        push: withheld<Ports["push"]>("push", "cli", {
          deliver: async () => ({ gone: [] }),
          spacingMs: () => 0,
        }),
        objects: { sign: async () => ({ url: "", expiresAt: 0 }) },
      };
    return {
      ...known,
      lists,
      sender: sdkSender({ client: connectionsClient(environment, endpoint), log }),
      ...pacingOf(environment),
      objects: bucketSigner({ ...environment, BUCKET }, clock, credentials),
    };
  }
}

/** Posts per second that a deployment allows for one channel. */
export const pacingOf = ({
  POSTS_PER_SECOND: postsPerSecond,
}: Pick<EnvironmentOf<"fanout">, "POSTS_PER_SECOND">): Pick<PushParts, "postsPerSecond"> =>
  postsPerSecond === undefined ? {} : { postsPerSecond };

interface Base {
  readonly table: Table;
  readonly clock: Ports["clock"];
  readonly log: Ports["log"];
}

/** The parts that every function except the authorizers shares. */
export function basics(
  name: FunctionName,
  environment: AwsEnvironment,
  overrides: Overrides,
  given: Pick<Wire, "credentials" | "pool"> = {},
) {
  const { clock = systemClock, log = jsonLog(name, environment.STAGE), inProcess } = overrides;
  const wire: Wire = { clock, log, inProcess, ...given };
  const { TABLE_NAME, RETENTION_DAYS: retentionDays, TABLE_GENERATION: generation } = environment;
  const table: Table = {
    name: TABLE_NAME,
    dynamodb: dynamoDbOf(environment, wire),
    clock,
    ...(retentionDays ? { retentionDays } : {}),
    ...(generation ? { generation } : {}),
  };
  const bus = eventBridgeBus({
    events: eventBridgeOf(environment, wire),
    busName: environment.BUS_NAME,
    clock,
  });
  const queueUrl = environment.WAKEUPS_QUEUE_URL;
  const wakeups: Ports["wakeups"] = queueUrl
    ? sqsWakeups({ sqs: sqsOf(environment, wire), queueUrl, clock })
    : { send: async () => {} };
  return { table, bus, wakeups, clock, log };
}

/** How to create a function. */
export interface Making<A> {
  /** Its use cases. */
  readonly create: (ports: Ports) => A;
  /** The ports that only this function has. */
  readonly own: (base: Base) => Overrides;
  readonly wire?: Pick<Wire, "credentials" | "pool">;
}

/** Creates a function's use cases from the ports that it may use: the table, the bus, and its own. */
export function compose<A>(
  name: FunctionName,
  environment: AwsEnvironment,
  overrides: Overrides,
  { create, own, wire = {} }: Making<A>,
): Composed<A> {
  const { table, bus, wakeups, clock, log } = basics(name, environment, overrides, wire);
  const stores = rowStores(table);
  const parts = {
    ...stores,
    heads: checkedHeads(table, stores.heads),
    dues: withheld<Ports["dues"]>("dues", name),
    pairs: withheld<Ports["pairs"]>("pairs", name),
    history: withheld<Ports["history"]>("history", name),
    refusals: withheld<Ports["refusals"]>("refusals", name),
    tokens: withheld<Ports["tokens"]>("tokens", name),
    sender: withheld<Sender>("sender", name),
    executions: withheld<Ports["executions"]>("executions", name),
    objects: withheld<Ports["objects"]>("objects", name),
    people: withheld<Ports["people"]>("people", name),
    reach: withheld<Ports["reach"]>("reach", name),
    notices: withheld<Ports["notices"]>("notices", name),
    schemas: withheld<Ports["schemas"]>("schemas", name),
    doorTokens: withheld<Ports["doorTokens"]>("doorTokens", name),
    // Only functions that take events in write lists and histories.
    lists: new Set<string>(),
    bus,
    wakeups,
    clock,
    later: laterInInvocation(clock),
    ids: cryptoIds,
    log,
    ...own({ clock, log, table }),
    ...overrides,
  };
  return { app: create({ push: apiGatewayPush(parts), ...parts }), clock, log };
}

/** A port that a function is not given: calls fail even if its role allows too much. */
export function withheld<T extends object>(port: string, from: FunctionName, given: Partial<T> = {}): T {
  const refuse = (method: string | symbol) => () => {
    throw new Error(`${from} was not given ${port}.${String(method)}`);
  };
  return new Proxy(given as T, { get: (_, method) => given[method as keyof T] ?? refuse(method) });
}
