import type { Ports } from "@callboard/core";
import type { SubscriptionStore, SweepStore } from "../push/ports.ts";
import { dynamoAttentionStore } from "./dynamo-attention-store.ts";
import { dynamoAudienceStore } from "./dynamo-audience-store.ts";
import { dynamoConnectionStore } from "./dynamo-connection-store.ts";
import { dynamoDueStore } from "./dynamo-due-store.ts";
import { dynamoExecutionStore } from "./dynamo-execution-store.ts";
import { dynamoHeadStore } from "./dynamo-head-store.ts";
import { dynamoHistoryStore } from "./dynamo-history-store.ts";
import { dynamoPairStore } from "./dynamo-pair-store.ts";
import { dynamoRefusalCounter } from "./dynamo-refusal-counter.ts";
import { dynamoTokenVault } from "./dynamo-request-moves.ts";
import { dynamoRequestStore } from "./dynamo-request-store.ts";
import { dynamoSubscriptionStore } from "./dynamo-subscription-store.ts";
import { dynamoSweepStore } from "./dynamo-sweep-store.ts";
import type { Table } from "./table.ts";

/** The ports that the one table implements, except those that only a few functions have. */
type RowStores = { readonly subscriptions: SubscriptionStore; readonly sweeps: SweepStore } & Pick<
  Ports,
  "heads" | "audiences" | "connections" | "requests" | "attention" | "tokens" | "executionRecords"
>;

/** The stores over one table for functions that read and write rows. */
export const rowStores = (table: Table): RowStores => ({
  heads: dynamoHeadStore(table),
  subscriptions: dynamoSubscriptionStore(table),
  sweeps: dynamoSweepStore(table),
  audiences: dynamoAudienceStore(table),
  connections: dynamoConnectionStore(table),
  requests: dynamoRequestStore(table),
  attention: dynamoAttentionStore(table),
  tokens: dynamoTokenVault(table),
  executionRecords: dynamoExecutionStore(table),
});

/** All ports that the one table implements. */
export type TableStores = RowStores & Pick<Ports, "dues" | "history" | "pairs" | "refusals">;

/** All stores over one table. */
export const tableStores = (table: Table): TableStores => ({
  ...rowStores(table),
  dues: dynamoDueStore(table),
  history: dynamoHistoryStore(table),
  pairs: dynamoPairStore(table),
  refusals: dynamoRefusalCounter(table),
});
