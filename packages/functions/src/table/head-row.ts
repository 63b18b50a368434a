import type { ChannelMeta, Entry, Head, Members } from "@callboard/core";
import { type ChannelKind, channelKindsOf, fnv1a, type HeadName, kindOf } from "@callboard/protocol";
import type { Row } from "./table.ts";

/** A head's row as it stands in the table. */
export interface StoredHead {
  readonly name: HeadName;
  /** Raised by each write. */
  readonly rev: number;
  readonly epoch: string;
  /** The epoch of its birth, which the rows beside it carry. */
  readonly birth: string;
  /** Random, of the latest write: whoever wrote it knows it again. */
  readonly by: string;
  /** The generation in which it was last written. */
  readonly generation?: string;
  readonly channels: Head["channels"];
  /** Or the `rev` with which they were written to a row of their own. */
  readonly members: Members | number;
  readonly beside: RowsBeside;
  /** The entries that stand in the row. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What a head knows of the rows beside it. */
export interface RowsBeside {
  /** The `rev` with which they were last changed: of two sights with the same one, none has changed. */
  readonly changed: number;
  readonly count: number;
  /** The highest offset that has stood in one of them, for each channel. */
  readonly highest: { readonly [K in ChannelKind]?: number };
  /** Three letters for each key that has a row; undefined: there have been too many. */
  readonly marks?: string;
}

/** No row stands beside the head. */
export const noRows: RowsBeside = { changed: 0, count: 0, highest: {}, marks: "" };

/** Rows up to which their keys are marked in the head. */
const mostMarked = 60;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** What a key leaves in the head when it has a row; some others leave the same. */
const markOf = (key: string): string => {
  const hash = fnv1a(key);
  return [0, 6, 12].map((shift) => letters[(hash >>> shift) & 63]).join("");
};

const marksIn = (marks: string): string[] => marks.match(/.../g) ?? [];

/** Whether a key may have a row, as far as the head knows. */
export const mayHaveRow = ({ marks }: RowsBeside, key: string): boolean =>
  marks === undefined || marksIn(marks).includes(markOf(key));

/** The marks once some keys have got a row and some have lost theirs. */
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
  return all.length > mostMarked ? undefined : all.join("");
}

/** In this order the numbers of a channel stand in the row. */
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
 * The attributes of a head's row, without its key. Beside what conditions name there is one JSON text, an array of
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

/** A head's row, as `packHead` wrote it. */
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

/** Bytes of a row as DynamoDB counts them: the names of its attributes and their values, as UTF-8. */
export function rowBytes(row: Row): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(row))
    bytes += Buffer.byteLength(name) + (typeof value === "number" ? 21 : Buffer.byteLength(String(value)));
  return bytes;
}

/** How many letters its key shares with the one before it, and the rest of the key; then all the rest. */
type PackedEntry = [shared: number, rest: string, ...body: unknown[]];

/**
 * Entries in the order of their keys: a name that many of them have stands there once. Their times are told `from` the
 * earliest.
 */
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
 * An entry without its key: `[version, at - from, offsets…, value]`, and what of the value stands in the key or is its time.
 * An offset of 0 is none.
 */
export function packEntry(kinds: readonly ChannelKind[], entry: Entry, from = 0): unknown[] {
  const { key, version, at } = entry;
  const offsets = kinds.map((kind) => entry.offsets[kind] ?? 0);
  const { value, told } = withoutTold(entry.value, toldElsewhere(key, at));
  return [packVersion(version, at), at - from, ...offsets, value, ...(told === "" ? [] : [told])];
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
  const told = (more[kinds.length + 1] ?? "") as string;
  return {
    key,
    value: told === "" ? value : withTold(value as object, toldElsewhere(key, at), told),
    version: unpackVersion(version, at),
    at,
    offsets: offsetsOf(kinds, more as number[]),
  };
}

const offsetsOf = (kinds: readonly ChannelKind[], offsets: readonly number[]): Entry["offsets"] =>
  Object.fromEntries(kinds.flatMap((kind, i) => (offsets[i] ? [[kind, offsets[i]]] : [])));

/** Digits of each part of a version that is made of numbers. */
const digits = 16;
const isNumber = /^\d{1,16}$/;
/** A part of a version that is the entry's time. */
const itsTime = "@";
/** What begins with it is a version just as it was written. */
const asWritten = "=";

/**
 * `0000000000000001.0000000000000050` as `1.50`, and a part that is the time as `@`; a version that would not come back
 * as it is stays as it is.
 */
export function packVersion(version: string, at: number): string {
  const time = String(at);
  const short = version
    .split(".")
    .map((part) => (part.length === digits && isNumber.test(part) ? part.replace(/^0+(?=\d)/, "") : part))
    .map((part) => (part === time ? itsTime : part))
    .join(".");
  const comesBack = !short.startsWith(asWritten) && unpackVersion(short, at) === version;
  return comesBack ? short : `${asWritten}${version}`;
}

export function unpackVersion(packed: string, at: number): string {
  if (packed.startsWith(asWritten)) return packed.slice(asWritten.length);
  return packed
    .split(".")
    .map((part) => (part === itsTime ? String(at) : part))
    .map((part) => (isNumber.test(part) ? part.padStart(digits, "0") : part))
    .join(".");
}

/** How a field of the value is told elsewhere: not at all, as it is, or as the number's digits. */
const not = "-";
const asText = "t";
const asNumber = "n";

/** Fields of a value that its key names, or that are its time: what each is there. */
function toldElsewhere(key: string, at: number): (readonly [field: string, text: string | undefined])[] {
  const parts = key.split("/");
  const named = (kindOf(key).named ?? []).map((field, i) => [field, parts[i + 1]] as const);
  return [...named, ["at", String(at)]];
}

/**
 * A value without the fields that are told elsewhere, and how each of them is. The order of these fields is not kept. A
 * change of what kinds name is another layout.
 */
function withoutTold(
  value: unknown,
  elsewhere: ReturnType<typeof toldElsewhere>,
): { value: unknown; told: string } {
  if (!isRecord(value)) return { value, told: "" };
  const how = elsewhere.map(([field, text]) => {
    if (text === undefined || !Object.hasOwn(value, field)) return not;
    if (value[field] === text) return asText;
    return isDigitsOf(value[field], text) ? asNumber : not;
  });
  const left = new Set(elsewhere.filter((_, i) => how[i] !== not).map(([field]) => field));
  if (left.size === 0) return { value, told: "" };
  const rest = Object.entries(value).filter(([field]) => !left.has(field));
  return { value: Object.fromEntries(rest), told: how.join("").replace(/-+$/, "") };
}

function withTold(value: object, elsewhere: ReturnType<typeof toldElsewhere>, told: string): object {
  const back = elsewhere.flatMap(([field, text], i) => {
    if ((told[i] ?? not) === not) return [];
    return [[field, told[i] === asNumber ? Number(text) : text]];
  });
  return { ...Object.fromEntries(back), ...value };
}

/** Whether a text is what JSON makes of a number. */
const isDigitsOf = (value: unknown, text: string): boolean =>
  typeof value === "number" && Number.isFinite(value) && JSON.stringify(value) === text;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
