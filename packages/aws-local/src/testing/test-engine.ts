import { type VirtualClock, virtualClock } from "../clock/clock.ts";
import { createDynamodb, type Dynamodb } from "../dynamodb/dynamodb.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import type { Store } from "../store/store.ts";

/** An operation's answer, as far as tests use it. */
// biome-ignore lint/suspicious/noExplicitAny: each operation answers in a shape of its own.
export type Answer = any;

/** A DynamoDB in memory whose operations are called without HTTP. */
export interface BareEngine<S extends Store = MemoryStore> {
  readonly dynamodb: Dynamodb;
  readonly store: S;
  readonly clock: VirtualClock;
  /** Calls an operation. Rejects with its `AwsError`. */
  ask(operation: string, input: object): Promise<Answer>;
  /** The error of an operation, as `code: message`; its answer if there is none. */
  refusal(operation: string, input: object): Promise<Answer>;
}

export function bareEngine(): BareEngine;
export function bareEngine<S extends Store>(store: S, clock?: VirtualClock): BareEngine<S>;
export function bareEngine(store: Store = memoryStore(), clock = virtualClock()): BareEngine<Store> {
  const dynamodb = createDynamodb({ store, clock });
  const ask = (operation: string, input: object): Promise<Answer> =>
    (dynamodb.operations[operation] as (input: object) => Promise<object>)(input);
  return {
    dynamodb,
    store,
    clock,
    ask,
    refusal: (operation, input) =>
      ask(operation, input).catch((cause: unknown) => {
        if (!(cause instanceof AwsError)) throw cause;
        return `${cause.code}: ${cause.message}`;
      }),
  };
}

/** The same with an endpoint of its own. */
export interface TestEngine extends BareEngine {
  readonly url: string;
  close(): Promise<void>;
}

export async function openTestEngine(): Promise<TestEngine> {
  const engine = bareEngine();
  const endpoint = await createEndpoint({ port: 0, services: [engine.dynamodb] });
  return { ...engine, url: endpoint.url, close: endpoint.close };
}

const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" });

/**
 * A table `wide`, with the keys `pk` and `sk` and every kind of index: local ones by the number `n` (keys only) and by
 * `s` (with `kept`), global ones by `g` and `n` (all) and by `g` (keys only).
 */
export const wideTable = {
  TableName: "wide",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "n", AttributeType: "N" },
    { AttributeName: "s", AttributeType: "S" },
    { AttributeName: "g", AttributeType: "S" },
  ],
  KeySchema: [hash("pk"), range("sk")],
  LocalSecondaryIndexes: [
    {
      IndexName: "local-n",
      KeySchema: [hash("pk"), range("n")],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
    {
      IndexName: "local-s",
      KeySchema: [hash("pk"), range("s")],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["kept"] },
    },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: "global-gn", KeySchema: [hash("g"), range("n")], Projection: { ProjectionType: "ALL" } },
    { IndexName: "global-g", KeySchema: [hash("g")], Projection: { ProjectionType: "KEYS_ONLY" } },
  ],
};

/** A table `plain`, whose only key is the number `id`. */
export const plainTable = {
  TableName: "plain",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
  KeySchema: [hash("id")],
};
