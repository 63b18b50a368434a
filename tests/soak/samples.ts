import type { Key } from "@callboard/aws-local";

/** The size of a data folder and its process at one moment. */
export interface Sample {
  readonly minute: number;
  readonly storeBytes: number;
  /** Files of objects' contents. */
  readonly objects: number;
  readonly objectBytes: number;
  /** Other files and folders. */
  readonly otherFiles: number;
  readonly memoryBytes: number;
  /** Number of records of the store, by kind. */
  readonly records: ReadonlyMap<string, number>;
  /** The most rows of one subject or inbox. */
  readonly rowsOfOne: number;
}

/** One line. */
export function describeSample({ minute, ...sample }: Sample): string {
  const { storeBytes, objects, objectBytes, memoryBytes, records, rowsOfOne } = sample;
  const kinds = [...records].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`);
  return [
    `minute ${minute}: store ${megabytes(storeBytes)}`,
    `${objects} objects of ${megabytes(objectBytes)}`,
    `${sum(records)} records`,
    `${rowsOfOne} rows of one subject or inbox`,
    `memory ${megabytes(memoryBytes)} (${kinds.join(", ")})`,
  ].join(", ");
}

/** By how much the maximum of a later time may exceed that of an earlier one: a share of it, and a constant. */
const allowances = { storeBytes: 2 ** 20, objectBytes: 2 ** 20, memoryBytes: 30 * 2 ** 20, count: 20 };
const SHARE = 0.1;

/** Rows of subjects and inboxes grow until finished entries must make room, and most do not get that far in this time. */
const bounded = new Set(["dynamodb/item/SUBJ", "dynamodb/item/INBOX"]);
/** A subject or an inbox has at most 500 keys, and some hundred marks of removed ones. */
const MAX_ROWS_OF_ONE = 850;

/** What was larger in the second half of the samples than in the first, in words; empty if nothing was. */
export function grownOf(samples: readonly Sample[]): readonly string[] {
  const half = Math.floor(samples.length / 2);
  const [before, after] = [samples.slice(0, half), samples.slice(-half)];
  const grown: string[] = [];
  const compare = (what: string, of: (sample: Sample) => number, allowance: number) => {
    const [first, second] = [before, after].map((some) => Math.max(...some.map(of))) as [number, number];
    if (second > first * (1 + SHARE) + allowance) grown.push(`${what}: ${first}, later ${second}`);
  };
  compare("bytes of the store", ({ storeBytes }) => storeBytes, allowances.storeBytes);
  compare("bytes of objects", ({ objectBytes }) => objectBytes, allowances.objectBytes);
  compare("bytes of memory", ({ memoryBytes }) => memoryBytes, allowances.memoryBytes);
  compare("files of objects", ({ objects }) => objects, 2);
  compare("files beside them", ({ otherFiles }) => otherFiles, 0);
  for (const kind of new Set(samples.flatMap(({ records }) => [...records.keys()])))
    if (!bounded.has(kind))
      compare(`records ${kind}`, ({ records }) => records.get(kind) ?? 0, allowances.count);
  const rows = Math.max(...samples.map(({ rowsOfOne }) => rowsOfOne));
  if (rows > MAX_ROWS_OF_ONE) grown.push(`rows of one subject or inbox: ${rows}`);
  return grown;
}

const sum = (records: ReadonlyMap<string, number>): number =>
  [...records.values()].reduce((a, b) => a + b, 0);
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** The subject or inbox of a key, if its row belongs to one. */
export const ownerOf = ([service, kind, , owner]: Key): string | undefined =>
  service === "dynamodb" && kind === "item" && /^(SUBJ|INBOX)#/.test(String(owner))
    ? String(owner)
    : undefined;

/** The kind of a record by its key: the first two parts; for items and their rows in indexes also the next. */
export function kindOf([service, kind, ...rest]: Key): string {
  const hasMore = service === "dynamodb" && ["item", "index", "ttl"].includes(String(kind));
  const next = hasMore ? rest.find((part) => typeof part === "string") : undefined;
  return [service, kind, ...(next === undefined ? [] : [String(next).split("#")[0]])].join("/");
}
