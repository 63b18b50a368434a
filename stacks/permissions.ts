import { indexes, type RowKind, rowPrefix } from "@callboard/functions/deployment";
import type { Storage } from "./storage.ts";

/** A statement of a role's policy. */
export interface Statement {
  readonly actions: string[];
  readonly resources: $util.Input<string>[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

/** Heads of channels, with their rows. */
const heads: RowKind[] = ["subject", "inbox"];
/** What `ingest` reads and writes. */
const told: RowKind[] = [...heads, "subscriptions", "audience", "request", "execution"];

/** Rows are read by key in batches alone. */
const read = ["dynamodb:BatchGetItem", "dynamodb:Query"];
const writeOne = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
const write = [...writeOne, "dynamodb:BatchWriteItem"];

/** Rows by the beginnings of their partition keys; a transaction is allowed by the actions that it is made of. */
const rowsOf = ({ table }: Storage, actions: string[], kinds: RowKind[]): Statement => ({
  actions,
  resources: [table.arn],
  conditions: [
    {
      test: "ForAllValues:StringLike",
      variable: "dynamodb:LeadingKeys",
      values: kinds.map((kind) => `${rowPrefix[kind]}*`),
    },
  ],
});

/** Entries of indexes; none holds a task token, since each is of keys alone. */
const entriesOf = ({ table }: Storage, names: (keyof typeof indexes)[]): Statement => ({
  actions: ["dynamodb:Query"],
  resources: names.map((name) => $interpolate`${table.arn}/index/${indexes[name]}`),
});

/** What each function may do with the table; task tokens are written by `ingest` and read by `relay` alone. */
export const tableOf = {
  socket: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], [...heads, "audience", "request", "refusals", "layout"]),
    rowsOf(storage, write, [...heads, "subscriptions", "connection", "audience", "request", "refusals"]),
    entriesOf(storage, ["byConnection"]),
  ],
  requests: (storage: Storage) => [
    rowsOf(storage, read, ["subject", "request", "refusals", "layout"]),
    rowsOf(storage, writeOne, ["request", "refusals"]),
    entriesOf(storage, ["byPrincipal"]),
  ],
  ingest: (storage: Storage) => [
    rowsOf(storage, read, [...told, "layout"]),
    rowsOf(storage, [...write, "dynamodb:ConditionCheckItem"], [...told, "taskToken"]),
  ],
  fanout: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"], ["subscriptions"]),
    rowsOf(storage, ["dynamodb:BatchGetItem", "dynamodb:PutItem"], ["subscriptions", "audience"]),
  ],
  relay: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["request", "taskToken"]),
    rowsOf(storage, ["dynamodb:PutItem", "dynamodb:DeleteItem"], ["request"]),
  ],
  clock: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["request", "audience"]),
    entriesOf(storage, ["due"]),
  ],
} as const;
