import { indexes, type RowKind, rowPrefix } from "@callboard/functions/deployment";
import type { objectFolders } from "@callboard/video/definition";
import type { AnyBucket, Storage } from "./storage.ts";

/** A statement of a role's policy. */
export interface Statement {
  readonly actions: string[];
  readonly resources: $util.Input<string>[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

/** A policy's JSON. */
export const policyOf = (statements: $util.Input<Statement[]>): $util.Output<string> =>
  aws.iam.getPolicyDocumentOutput({
    statements: $util
      .output(statements)
      .apply((all) => all.map((one) => ({ ...one, effect: "Allow" as const }))),
  }).json;

/** A bucket may be a team's own, with much else in it: each task has the folders that it works in. */
type Folder = (typeof objectFolders)[number];
export const objectsIn = (bucket: Storage["bucket"], folders: readonly Folder[]) =>
  folders.map((folder) => $interpolate`${bucket.arn}/${folder}*`);

export const mayWrite = (bucket: Storage["bucket"], folders: readonly Folder[]): Statement => ({
  actions: ["s3:PutObject"],
  resources: objectsIn(bucket, folders),
});

/**
 * Reading objects, and being told of one that is missing: without the right to list the bucket S3 answers 403 for it
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
 */
export const mayRead = (bucket: Storage["bucket"], folders: readonly Folder[]): Statement[] => [
  { actions: ["s3:GetObject"], resources: objectsIn(bucket, folders) },
  { actions: ["s3:ListBucket"], resources: [bucket.arn] },
];

/**
 * Events of these sources alone on the account's default bus, on which plugins are asked and answer. A call has several
 * events, so that the key holds a list.
 */
export const mayPutAs = (sources: string[]): Statement => ({
  actions: ["events:PutEvents"],
  resources: [
    $interpolate`arn:aws:events:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:event-bus/default`,
  ],
  conditions: [{ test: "ForAllValues:StringEquals", variable: "events:source", values: sources }],
});

/** Heads of channels, with their rows. */
const heads: RowKind[] = ["subject", "inbox", "list"];
/** What `ingest` reads and writes. */
const told: RowKind[] = [...heads, "subscriptions", "audience", "request", "execution"];

/** Rows are read by key in batches alone. */
const read = ["dynamodb:BatchGetItem", "dynamodb:Query"];
const writeOne = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
const write = [...writeOne, "dynamodb:BatchWriteItem"];

/** Rows by the beginnings of their partition keys; a transaction is allowed by the actions that it is made of. */
const rowsOf = (
  { table }: { readonly table: Pick<AnyBucket, "arn"> },
  actions: string[],
  kinds: RowKind[],
): Statement => ({
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

/**
 * Whoever lets somebody in notes their name under each of its words and how they are reached under each of their roles,
 * unless they were erased, and removes those of former ones.
 */
const notePeople = (storage: Storage): Statement[] => [
  rowsOf(storage, ["dynamodb:PutItem"], ["person", "name", "role"]),
  rowsOf(storage, ["dynamodb:DeleteItem"], ["name", "role"]),
  rowsOf(storage, ["dynamodb:ConditionCheckItem"], ["person"]),
];

/** Entries of indexes; none holds a task token, since each is of keys alone. */
const entriesOf = ({ table }: Storage, names: (keyof typeof indexes)[]): Statement => ({
  actions: ["dynamodb:Query"],
  resources: names.map((name) => $interpolate`${table.arn}/index/${indexes[name]}`),
});

/** How the text models have answered lately, which the state machine of the post-processing reads and writes itself. */
export const breakersOf = (on: { readonly table: AnyBucket }): Statement =>
  rowsOf(on, ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"], ["breaker"]);

/**
 * What each function may do with the table; task tokens are written by `ingest` and `plugins` and read by `relay`
 * alone, and the key of what goes through doors is made by `notify` or `plugins` and read by `requests`.
 */
export const tableOf = {
  socket: (storage: Storage) => [
    rowsOf(
      storage,
      ["dynamodb:BatchGetItem"],
      [...heads, "audience", "request", "refusals", "person", "layout"],
    ),
    rowsOf(storage, write, [...heads, "subscriptions", "connection", "audience", "request", "refusals"]),
    ...notePeople(storage),
    entriesOf(storage, ["byConnection"]),
  ],
  requests: (storage: Storage) => [
    rowsOf(storage, read, ["subject", "request", "refusals", "person", "name", "layout"]),
    rowsOf(storage, ["dynamodb:Query"], ["secret", "history"]),
    rowsOf(storage, writeOne, ["request", "refusals"]),
    ...notePeople(storage),
    entriesOf(storage, ["byPrincipal"]),
  ],
  ingest: (storage: Storage) => [
    rowsOf(storage, read, [...told, "layout"]),
    rowsOf(storage, [...write, "dynamodb:ConditionCheckItem"], [...told, "pair", "taskToken"]),
    rowsOf(storage, ["dynamodb:PutItem"], ["history"]),
  ],
  fanout: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"], ["subscriptions"]),
    rowsOf(storage, ["dynamodb:BatchGetItem", "dynamodb:PutItem"], ["subscriptions", "audience"]),
  ],
  relay: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["request", "taskToken"]),
    rowsOf(storage, ["dynamodb:PutItem", "dynamodb:DeleteItem"], ["request"]),
  ],
  notify: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["subject", "request", "person", "told", "layout"]),
    rowsOf(storage, ["dynamodb:Query"], ["subject", "request", "role", "secret"]),
    rowsOf(storage, ["dynamodb:PutItem"], ["request", "person", "told", "secret"]),
    rowsOf(storage, ["dynamodb:ConditionCheckItem"], ["person"]),
    entriesOf(storage, ["byPrincipal"]),
  ],
  plugins: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["request", "execution"]),
    rowsOf(storage, ["dynamodb:Query"], ["request", "secret"]),
    rowsOf(storage, ["dynamodb:PutItem"], ["request", "execution", "taskToken", "secret"]),
    rowsOf(storage, ["dynamodb:UpdateItem"], ["request", "execution"]),
    rowsOf(storage, ["dynamodb:ConditionCheckItem"], ["execution"]),
  ],
  /** The state machine of the life cycle: it reads the registry, and keeps what it has told. */
  lifecycle: (table: Pick<Storage["table"], "arn">) => [
    rowsOf({ table }, ["dynamodb:Query"], ["hook"]),
    rowsOf({ table }, ["dynamodb:UpdateItem"], ["lifecycle"]),
  ],
  clock: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["request", "audience"]),
    entriesOf(storage, ["due"]),
  ],
} as const;
