import { indexes, type RowKind, rowPrefix } from "@callboard/functions/deployment";
import type { Storage } from "./storage.ts";

/** A statement of a role's policy. */
export interface Statement {
  readonly actions: string[];
  readonly resources: $util.Input<string>[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

/** All rows but those of task tokens, and the one that says the layout. */
const rows = (Object.keys(rowPrefix) as RowKind[]).filter(
  (kind) => kind !== "taskToken" && kind !== "layout",
);
const readable: RowKind[] = [...rows, "layout"];

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
    rowsOf(storage, ["dynamodb:BatchGetItem"], readable),
    rowsOf(storage, write, rows),
    entriesOf(storage, ["byConnection"]),
  ],
  requests: (storage: Storage) => [
    rowsOf(storage, read, readable),
    rowsOf(storage, writeOne, rows),
    entriesOf(storage, ["byPrincipal"]),
  ],
  ingest: (storage: Storage) => [
    rowsOf(storage, read, readable),
    rowsOf(storage, [...write, "dynamodb:ConditionCheckItem"], [...rows, "taskToken"]),
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
