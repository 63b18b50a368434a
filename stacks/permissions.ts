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

/** A bucket may be a team's own, with other files in it: each task may use only its folders. */
type Folder = (typeof objectFolders)[number];
export const objectsIn = (bucket: Storage["bucket"], folders: readonly Folder[]) =>
  folders.map((folder) => $interpolate`${bucket.arn}/${folder}*`);

export const mayWrite = (bucket: Storage["bucket"], folders: readonly Folder[]): Statement => ({
  actions: ["s3:PutObject"],
  resources: objectsIn(bucket, folders),
});

/**
 * The right to read objects, and to learn that one is missing: without the right to list the bucket, S3 answers 403 for
 * it (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
 */
export const mayRead = (bucket: Storage["bucket"], folders: readonly Folder[]): Statement[] => [
  { actions: ["s3:GetObject"], resources: objectsIn(bucket, folders) },
  { actions: ["s3:ListBucket"], resources: [bucket.arn] },
];

/**
 * The right to put events with only these sources on the account's default bus, on which plugins are asked and answer. A
 * call has several events, so the condition key holds a list.
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
/** The rows that `ingest` reads and writes. */
const pushed: RowKind[] = [...heads, "subscriptions", "audience", "request", "execution"];

/** Rows are read by key only in batches. */
const read = ["dynamodb:BatchGetItem", "dynamodb:Query"];
const writeOne = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
const write = [...writeOne, "dynamodb:BatchWriteItem"];

/** Access to rows by prefixes of their partition keys; a transaction needs the rights of its actions. */
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
 * Functions that admit people record each name under its words, and how the person is reached under each role, unless
 * they were erased. They remove rows of former names and roles.
 */
const notePeople = (storage: Storage): Statement[] => [
  rowsOf(storage, ["dynamodb:PutItem"], ["person", "name", "role"]),
  rowsOf(storage, ["dynamodb:DeleteItem"], ["name", "role"]),
  rowsOf(storage, ["dynamodb:ConditionCheckItem"], ["person"]),
];

/** Index entries; none contains a task token, because indexes project only keys. */
const entriesOf = ({ table }: Storage, names: (keyof typeof indexes)[]): Statement => ({
  actions: ["dynamodb:Query"],
  resources: names.map((name) => $interpolate`${table.arn}/index/${indexes[name]}`),
});

/** How the text models answered recently, which only the post-processing's state machine reads and writes. */
export const breakersOf = (on: { readonly table: AnyBucket }): Statement =>
  rowsOf(on, ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"], ["breaker"]);

/**
 * What each function may do with the table. Only `ingest` and `plugins` write task tokens, and only `relay` reads them.
 * Only `notify` and `plugins` create the key for tokens in notices, and only `requests` and they read it.
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
    rowsOf(storage, read, [...pushed, "layout"]),
    rowsOf(storage, [...write, "dynamodb:ConditionCheckItem"], [...pushed, "pair", "taskToken"]),
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
  /** The life cycle's state machine: it reads the registry, and records its reports. */
  lifecycle: (table: Pick<Storage["table"], "arn">) => [
    rowsOf({ table }, ["dynamodb:Query"], ["hook"]),
    rowsOf({ table }, ["dynamodb:UpdateItem"], ["lifecycle"]),
  ],
  clock: (storage: Storage) => [
    rowsOf(storage, ["dynamodb:BatchGetItem"], ["request", "audience"]),
    entriesOf(storage, ["due"]),
  ],
} as const;
