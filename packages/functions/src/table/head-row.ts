import type { ChannelMeta, Entry, Head, Members } from "@callboard/core";
import { type ChannelKind, channelKindsOf, fnv1a, type HeadName, kindOf } from "@callboard/protocol";
import type { Row } from "./table.ts";

/** A head's row in the table. */
export interface StoredHead {
  readonly name: HeadName;
  /** Raised by each write. */
  readonly rev: number;
  readonly epoch: string;
  /** The epoch when it was created; the rows beside it have the same. */
  readonly birth: string;
  /** Random, from the latest write: its writer recognizes it. */
  readonly by: string;
  /** The generation in which it was last written. */
  readonly generation?: string;
  readonly channels: Head["channels"];
  /** Or the `rev` with which they were written to their own row. */
  readonly members: Members | number;
  readonly beside: RowsBeside;
  /** The entries in the row. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What a head records about the rows beside it. */
export interface RowsBeside {
  /** The `rev` of their last change: if two reads have the same one, no row has changed in between. */
  readonly changed: number;
  readonly count: number;
  /** The highest offset of any entry that was ever in one of them, for each channel. */
  readonly highest: { readonly [K in ChannelKind]?: number };
  /** Three characters for each key with a row; undefined: there were too many. */
  readonly marks?: string;
}

/** A head without rows beside it. */
export const noRows: RowsBeside = { changed: 0, count: 0, highest: {}, marks: "" };

/** Most rows whose keys are marked in the head. */
const MAX_MARKED = 60;
const MARK_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The mark of a key with a row in the head; different keys can have the same mark. */
const markOf = (key: string): string => {
  const hash = fnv1a(key);
  return [0, 6, 12].map((shift) => MARK_CHARACTERS[(hash >>> shift) & 63]).join("");
};

const marksIn = (marks: string): string[] => marks.match(/.../g) ?? [];

/** Whether a key may have a row, according to the head. */
export const mayHaveRow = ({ marks }: RowsBeside, key: string): boolean =>
  marks === undefined || marksIn(marks).includes(markOf(key));

/** The marks after some keys got a row and some lost theirs. */
export function marksAfter(
  marks: string | undefined,
  got: readonly string[],
  lost: readonly string[],
): string | undefined {
  if (marks === undefined) return undefined;
  const left = marksIn(marks);
  for (const key of lost) {
    const at = left.indexOf(markOf(key));
    if (at >= 0) left.splice(at, 1);
  }
  const all = [...left, ...got.map(markOf)];
  return all.length > MAX_MARKED ? undefined : all.join("");
}

/** The order of a channel's numbers in the row. */
const fields = Object.keys({
  head: true,
  shards: true,
  floor: true,
  keys: true,
  bytes: true,
  removed: true,
  pushed: true,
  pushedAt: true,
  flushAt: true,
} satisfies Record<keyof ChannelMeta, true>) as (keyof ChannelMeta)[];

/**
 * The attributes of a head's row, without its key. Besides those that conditions use, there is one JSON text, an array of
 * arrays: a head is written whole with each change, and every kilobyte costs.
 */
export function packHead(stored: StoredHead): Row {
  const { name, rev, epoch, birth, by, generation, channels, members, beside, entries } = stored;
  const kinds = channelKindsOf(name);
  const metas = kinds.map((kind) => {
    const meta = channels[kind];
    return meta ? fields.map((field) => meta[field]) : 0;
  });
  const rows =
    beside.count === 0
      ? 0
      : [beside.changed, beside.count, beside.marks ?? 0, ...kinds.map((kind) => beside.highest[kind] ?? 0)];
  const access = typeof members === "number" ? members : [members.owners, members.followers];
  const times = [...entries.values()].map(({ at }) => at);
  const from = times.length > 0 && times.every(Number.isSafeInteger) ? Math.min(...times) : 0;
  const packed = packEntries(kinds, entries, from);
  const parts = [metas, access, rows, from, packed, ...(birth === epoch ? [] : [birth])];
  return {
    rev,
    epoch,
    by,
    ...(generation === undefined ? {} : { generation }),
    head: JSON.stringify(parts),
  };
}

type PackedMeta = number[] | 0;
type PackedRows = [changed: number, count: number, marks: string | 0, ...highest: number[]] | 0;

/** Reads a head's row that `packHead` wrote. */
export function unpackHead(name: HeadName, row: Row): StoredHead {
  const { rev, epoch, by, generation, head } = row as Record<string, string> & { rev: number };
  const [metas, access, rows, from, entries, birth] = JSON.parse(head as string) as [
    PackedMeta[],
    [Members["owners"], Members["followers"]] | number,
    PackedRows,
    number,
    PackedEntry[],
    string?,
  ];
  const kinds = channelKindsOf(name);
  const channels = Object.fromEntries(
    kinds.flatMap((kind, i) => {
      const meta = metas[i];
      return meta ? [[kind, Object.fromEntries(fields.map((field, at) => [field, meta[at]]))]] : [];
    }),
  );
  const [changed, count, marks, ...highest] = rows || [0, 0, ""];
  return {
    name,
    rev,
    epoch: epoch as string,
    birth: birth ?? (epoch as string),
    by: by as string,
    ...(generation === undefined ? {} : { generation }),
    channels,
    members: typeof access === "number" ? access : { owners: access[0], followers: access[1] },
    beside:
      count === 0
        ? noRows
        : { changed, count, highest: offsetsOf(kinds, highest), ...(marks === 0 ? {} : { marks }) },
    entries: unpackEntries(kinds, entries, from),
  };
}

/** The size of a row as DynamoDB counts it, in bytes: attribute names and values, as UTF-8. */
export function rowBytes(row: Row): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(row))
    bytes += Buffer.byteLength(name) + (typeof value === "number" ? 21 : Buffer.byteLength(String(value)));
  return bytes;
}

/** How many characters the key shares with the previous one, and the rest of the key; then the rest of the entry. */
type PackedEntry = [shared: number, rest: string, ...body: unknown[]];

/** Entries in key order: a common prefix is stored once. Times are relative to the earliest, `from`. */
function packEntries(
  kinds: readonly ChannelKind[],
  entries: ReadonlyMap<string, Entry>,
  from: number,
): PackedEntry[] {
  let last = "";
  return [...entries.keys()].sort().map((key) => {
    const shared = sharedStart(last, key);
    last = key;
    return [shared, key.slice(shared), ...packEntry(kinds, entries.get(key) as Entry, from)];
  });
}

function unpackEntries(
  kinds: readonly ChannelKind[],
  packed: readonly PackedEntry[],
  from: number,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let last = "";
  for (const [shared, rest, ...body] of packed) {
    last = last.slice(0, shared) + rest;
    entries.set(last, unpackEntry(kinds, last, body, from));
  }
  return entries;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/**
 * An entry without its key: `[version, at - from, offsets…, value]`, and which parts of the value come from the key or
 * the time. An offset of 0 is none.
 */
export function packEntry(kinds: readonly ChannelKind[], entry: Entry, from = 0): unknown[] {
  const { key, version, at } = entry;
  const offsets = kinds.map((kind) => entry.offsets[kind] ?? 0);
  const { value, elsewhere } = withoutElsewhere(entry.value, fieldsElsewhere(key, at));
  return [packVersion(version, at), at - from, ...offsets, value, ...(elsewhere === "" ? [] : [elsewhere])];
}

export function unpackEntry(
  kinds: readonly ChannelKind[],
  key: string,
  body: readonly unknown[],
  from = 0,
): Entry {
  const [version, later, ...more] = body as [string, number, ...unknown[]];
  const at = from + later;
  const value = more[kinds.length];
  const elsewhere = (more[kinds.length + 1] ?? "") as string;
  return {
    key,
    value: elsewhere === "" ? value : withElsewhere(value as object, fieldsElsewhere(key, at), elsewhere),
    version: unpackVersion(version, at),
    at,
    offsets: offsetsOf(kinds, more as number[]),
  };
}

const offsetsOf = (kinds: readonly ChannelKind[], offsets: readonly number[]): Entry["offsets"] =>
  Object.fromEntries(kinds.flatMap((kind, i) => (offsets[i] ? [[kind, offsets[i]]] : [])));

/** Digits of each part of a numeric version. */
const VERSION_DIGITS = 16;
const isNumber = /^\d{1,16}$/;
/** A part of a version that equals the entry's time. */
const ENTRY_TIME = "@";
/** The prefix of a version that is stored unchanged. */
const UNCHANGED = "=";

/**
 * `0000000000000001.0000000000000050` as `1.50`, and a part that equals the time as `@`. A version that could not be
 * restored exactly is stored unchanged.
 */
export function packVersion(version: string, at: number): string {
  const time = String(at);
  const short = version
    .split(".")
    .map((part) =>
      part.length === VERSION_DIGITS && isNumber.test(part) ? part.replace(/^0+(?=\d)/, "") : part,
    )
    .map((part) => (part === time ? ENTRY_TIME : part))
    .join(".");
  const comesBack = !short.startsWith(UNCHANGED) && unpackVersion(short, at) === version;
  return comesBack ? short : `${UNCHANGED}${version}`;
}

export function unpackVersion(packed: string, at: number): string {
  if (packed.startsWith(UNCHANGED)) return packed.slice(UNCHANGED.length);
  return packed
    .split(".")
    .map((part) => (part === ENTRY_TIME ? String(at) : part))
    .map((part) => (isNumber.test(part) ? part.padStart(VERSION_DIGITS, "0") : part))
    .join(".");
}

/** Where a field of the value is also stored: nowhere, unchanged, or as the number's digits. */
const NOT_ELSEWHERE = "-";
const AS_TEXT = "t";
const AS_NUMBER = "n";

/** Fields of a value that its key contains, or that equal its time. */
function fieldsElsewhere(key: string, at: number): (readonly [field: string, text: string | undefined])[] {
  const parts = key.split("/");
  const named = (kindOf(key).named ?? []).map((field, i) => [field, parts[i + 1]] as const);
  return [...named, ["at", String(at)]];
}

/**
 * A value without the fields that are stored elsewhere, and how each of those is stored. Their order is lost. A change of
 * what kinds contain is a new layout.
 */
function withoutElsewhere(
  value: unknown,
  elsewhere: ReturnType<typeof fieldsElsewhere>,
): { value: unknown; elsewhere: string } {
  if (!isRecord(value)) return { value, elsewhere: "" };
  const how = elsewhere.map(([field, text]) => {
    if (text === undefined || !Object.hasOwn(value, field)) return NOT_ELSEWHERE;
    if (value[field] === text) return AS_TEXT;
    return isDigitsOf(value[field], text) ? AS_NUMBER : NOT_ELSEWHERE;
  });
  const left = new Set(elsewhere.filter((_, i) => how[i] !== NOT_ELSEWHERE).map(([field]) => field));
  if (left.size === 0) return { value, elsewhere: "" };
  const rest = Object.entries(value).filter(([field]) => !left.has(field));
  return { value: Object.fromEntries(rest), elsewhere: how.join("").replace(/-+$/, "") };
}

function withElsewhere(value: object, fields: ReturnType<typeof fieldsElsewhere>, elsewhere: string): object {
  const back = fields.flatMap(([field, text], i) => {
    if ((elsewhere[i] ?? NOT_ELSEWHERE) === NOT_ELSEWHERE) return [];
    return [[field, elsewhere[i] === AS_NUMBER ? Number(text) : text]];
  });
  return { ...Object.fromEntries(back), ...value };
}

/** Whether a text is JSON's form of a number. */
const isDigitsOf = (value: unknown, text: string): boolean =>
  typeof value === "number" && Number.isFinite(value) && JSON.stringify(value) === text;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
