import type { ChannelMeta, Entry, Head, Members } from "@callboard/core";
import { type ChannelKind, channelsOf, type HeadName, kindOf, parseChannel } from "@callboard/protocol";
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
}

/** No row stands beside the head. */
export const noRows: RowsBeside = { changed: 0, count: 0, highest: {} };

/** In this order a META stands in the row. */
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

/** The kinds of a head's channels, in the order in which the row has them. */
export const kindsOf = (name: HeadName): ChannelKind[] =>
  channelsOf(name).map((channel) => parseChannel(channel).kind);

/**
 * The attributes of a head's row, without its key. Beside what conditions name there is one JSON text, an array of
 * arrays: a head is written whole with each change, and every kilobyte costs.
 */
export function packHead(stored: StoredHead): Row {
  const { name, rev, epoch, birth, by, generation, channels, members, beside, entries } = stored;
  const kinds = kindsOf(name);
  const metas = kinds.map((kind) => {
    const meta = channels[kind];
    return meta ? fields.map((field) => meta[field]) : 0;
  });
  const rows =
    beside.count === 0
      ? 0
      : [beside.changed, beside.count, ...kinds.map((kind) => beside.highest[kind] ?? 0)];
  const access = typeof members === "number" ? members : [members.owners, members.followers];
  const parts = [metas, access, rows, packEntries(kinds, entries), ...(birth === epoch ? [] : [birth])];
  return {
    rev,
    epoch,
    by,
    ...(generation === undefined ? {} : { generation }),
    head: JSON.stringify(parts),
  };
}

type PackedMeta = number[] | 0;
type PackedRows = [changed: number, count: number, ...highest: number[]] | 0;

/** A head's row, as `packHead` wrote it. */
export function unpackHead(name: HeadName, row: Row): StoredHead {
  const { rev, epoch, by, generation, head } = row as Record<string, string> & { rev: number };
  const [metas, access, rows, entries, birth] = JSON.parse(head as string) as [
    PackedMeta[],
    [Members["owners"], Members["followers"]] | number,
    PackedRows,
    PackedEntry[],
    string?,
  ];
  const kinds = kindsOf(name);
  const channels = Object.fromEntries(
    kinds.flatMap((kind, i) => {
      const meta = metas[i];
      return meta ? [[kind, Object.fromEntries(fields.map((field, at) => [field, meta[at]]))]] : [];
    }),
  );
  const [changed, count, ...highest] = rows || [0, 0];
  return {
    name,
    rev,
    epoch: epoch as string,
    birth: birth ?? (epoch as string),
    by: by as string,
    ...(generation === undefined ? {} : { generation }),
    channels,
    members: typeof access === "number" ? access : { owners: access[0], followers: access[1] },
    beside: count === 0 ? noRows : { changed, count, highest: offsetsOf(kinds, highest) },
    entries: unpackEntries(kinds, entries),
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

/** Entries in the order of their keys: a name that many of them have stands there once. */
function packEntries(kinds: readonly ChannelKind[], entries: ReadonlyMap<string, Entry>): PackedEntry[] {
  let last = "";
  return [...entries.keys()].sort().map((key) => {
    const shared = sharedStart(last, key);
    last = key;
    return [shared, key.slice(shared), ...packEntry(kinds, entries.get(key) as Entry)];
  });
}

function unpackEntries(kinds: readonly ChannelKind[], packed: readonly PackedEntry[]): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let last = "";
  for (const [shared, rest, ...body] of packed) {
    last = last.slice(0, shared) + rest;
    entries.set(last, unpackEntry(kinds, last, body));
  }
  return entries;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/**
 * An entry without its key: `[version, at, offsets…, value]`, and what of the value stands in the key. An offset of 0
 * is none.
 */
export function packEntry(kinds: readonly ChannelKind[], entry: Entry): unknown[] {
  const offsets = kinds.map((kind) => entry.offsets[kind] ?? 0);
  const { value, named } = withoutNamed(entry.key, entry.value);
  return [packVersion(entry.version), entry.at, ...offsets, value, ...(named ? [named] : [])];
}

export function unpackEntry(kinds: readonly ChannelKind[], key: string, body: readonly unknown[]): Entry {
  const [version, at, ...more] = body as [string, number, ...unknown[]];
  const value = more[kinds.length];
  const named = (more[kinds.length + 1] ?? "") as string;
  return {
    key,
    value: withNamed(key, value, named),
    version: unpackVersion(version),
    at,
    offsets: offsetsOf(kinds, more as number[]),
  };
}

const offsetsOf = (kinds: readonly ChannelKind[], offsets: readonly number[]): Entry["offsets"] =>
  Object.fromEntries(kinds.flatMap((kind, i) => (offsets[i] ? [[kind, offsets[i]]] : [])));

/** Digits of each part of a version that is made of numbers. */
const digits = 16;
const isNumber = /^\d{1,16}$/;
/** What begins with it is a version just as it was written. */
const asWritten = "=";

/** `0000000000000001.0000000000000050` as `1.50`; a version that would not come back as it is stays as it is. */
export function packVersion(version: string): string {
  const short = version
    .split(".")
    .map((part) => (part.length === digits && isNumber.test(part) ? part.replace(/^0+(?=\d)/, "") : part))
    .join(".");
  return !short.startsWith(asWritten) && unpackVersion(short) === version ? short : `${asWritten}${version}`;
}

export function unpackVersion(packed: string): string {
  if (packed.startsWith(asWritten)) return packed.slice(asWritten.length);
  return packed
    .split(".")
    .map((part) => (isNumber.test(part) ? part.padStart(digits, "0") : part))
    .join(".");
}

/** How a field of the value stands in the key: not at all, as it is, or as the number's digits. */
const standsNot = "-";
const standsAsText = "t";
const standsAsNumber = "n";

/**
 * A value without the fields that its key names, and how each of them stands there. The order of these fields is not
 * kept. A change of what kinds name is another layout.
 */
function withoutNamed(key: string, value: unknown): { value: unknown; named?: string } {
  const fields = kindOf(key).named ?? [];
  if (fields.length === 0 || !isRecord(value)) return { value };
  const parts = key.split("/").slice(1);
  const named = fields
    .map((field, i) => {
      if (!Object.hasOwn(value, field) || parts[i] === undefined) return standsNot;
      if (value[field] === parts[i]) return standsAsText;
      return isDigitsOf(value[field], parts[i]) ? standsAsNumber : standsNot;
    })
    .join("");
  const left = fields.filter((_field, i) => named[i] !== standsNot);
  if (left.length === 0) return { value };
  return {
    value: Object.fromEntries(Object.entries(value).filter(([field]) => !left.includes(field))),
    named,
  };
}

function withNamed(key: string, value: unknown, named: string): unknown {
  if (named === "") return value;
  const parts = key.split("/").slice(1);
  const back = (kindOf(key).named ?? []).flatMap((field, i) => {
    if ((named[i] ?? standsNot) === standsNot) return [];
    return [[field, named[i] === standsAsNumber ? Number(parts[i]) : parts[i]]];
  });
  return { ...Object.fromEntries(back), ...(value as object) };
}

/** Whether a part of a key is what JSON makes of a number. */
const isDigitsOf = (value: unknown, part: string): boolean =>
  typeof value === "number" && Number.isFinite(value) && JSON.stringify(value) === part;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
