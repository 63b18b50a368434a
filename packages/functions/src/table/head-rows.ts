import type { Entry, Head, Members } from "@callboard/core";
import { type ChannelKind, channelKindsOf, type HeadName } from "@callboard/protocol";
import { readRows } from "./batches.ts";
import { packEntry, type StoredHead, unpackEntry, unpackHead } from "./head-row.ts";
import { type KeptRows, RowsCache } from "./kept-rows.ts";
import { accessKey, entryKey, entryOf, headKey, headNameOf, type Key, sortPrefix } from "./keys.ts";
import { queryPrefix } from "./queries.ts";
import type { Row, Table } from "./table.ts";

/** A head at one moment, with its members, wherever they are stored. */
export interface Opened {
  readonly stored: StoredHead;
  readonly members: Members;
  /** What is known of its rows. */
  readonly rows: KeptRows;
}

/** Entries of a head that existed together at one moment, when the head was this one. */
export interface OpenedEntries {
  readonly opened: Opened;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Entries of a head that changed while it was read: `before` is the earlier head, `after` the later one. */
interface TornEntries {
  readonly before: Opened;
  readonly after: Opened;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Most tries to read rows that change while they are read. */
const MAX_READS = 8;

/** The attributes of an entry's row, without its key. */
export const packRow = ({ name, rev, birth }: StoredHead, entry: Entry): Row => ({
  epoch: birth,
  rev,
  entry: JSON.stringify(packEntry(channelKindsOf(name), entry)),
});

/** The attributes of the members' row, without its key. */
export const packMembers = ({ rev, birth }: StoredHead, { owners, followers }: Members): Row => ({
  epoch: birth,
  rev,
  access: JSON.stringify([owners, followers]),
});

/**
 * Reads heads, and rows beside them. A row is read after its head and contains the `rev` of the head's write that wrote
 * it. A row with a `rev` not above the head's last change of rows has been the same since that change. Otherwise the head
 * is read once more, after the rows: if it shows no change of rows, they are valid; if it does, everything is read again.
 */
export function headReader(table: Table) {
  const cache = new RowsCache();
  const keptMembers = new Map<string, Members>();

  async function storedHeads(names: readonly HeadName[]): Promise<StoredHead[]> {
    const rows = await readRows(table, names.map(headKey));
    return rows.map((row) => unpackHead(headNameOf(row.pk as string), row));
  }

  /** The current heads; `known` is one that was read before. */
  async function openAll(names: readonly HeadName[], known?: StoredHead): Promise<Map<HeadName, Opened>> {
    const opened = new Map<HeadName, Opened>();
    let left = names;
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === MAX_READS) throw new Error(`the members of ${left[0]} change faster than they are read`);
      const heads = tries === 0 && known ? [known] : await storedHeads(left);
      const apart: StoredHead[] = [];
      for (const stored of heads) {
        const members = membersIn(stored);
        if (members) opened.set(stored.name, { stored, members, rows: cache.of(stored) });
        else apart.push(stored);
      }
      left = await readMembers(apart, opened);
    }
    return opened;
  }

  /** The members of a head, if they are in it or cached. */
  const membersIn = (stored: StoredHead): Members | undefined =>
    typeof stored.members === "number" ? keptMembers.get(membersOf(stored)) : stored.members;

  /** Reads member rows; returns the names of heads whose members have changed since. */
  async function readMembers(
    heads: readonly StoredHead[],
    opened: Map<HeadName, Opened>,
  ): Promise<HeadName[]> {
    if (heads.length === 0) return [];
    const rows = await readRows(
      table,
      heads.map(({ name }) => accessKey(name)),
    );
    const found = new Map(rows.map((row) => [headNameOf(row.pk as string), row]));
    return heads.flatMap((stored) => {
      const row = found.get(stored.name);
      if (row?.rev !== stored.members || row?.epoch !== stored.birth) return [stored.name];
      const [owners, followers] = JSON.parse(row.access as string);
      const members = keepMembers(stored, { owners, followers });
      opened.set(stored.name, { stored, members, rows: cache.of(stored) });
      return [];
    });
  }

  function keepMembers(stored: StoredHead, members: Members): Members {
    if (typeof stored.members !== "number") return members;
    keptMembers.delete(membersOf(stored));
    keptMembers.set(membersOf(stored), members);
    for (const oldest of keptMembers.keys()) {
      if (keptMembers.size <= MAX_MEMBERS) break;
      keptMembers.delete(oldest);
    }
    return members;
  }

  async function open(name: HeadName): Promise<Opened | undefined> {
    return (await openAll([name])).get(name);
  }

  /** The entries of these keys, or all, as they were at one moment; `undefined`: the head no longer exists. */
  async function entriesOf(
    from: Opened,
    keys: readonly string[] | "all",
  ): Promise<OpenedEntries | undefined> {
    const read = await readTogether(from, keys, MAX_READS);
    if (read && "before" in read)
      throw new Error(`the rows of ${from.stored.name} change faster than they are read`);
    return read;
  }

  async function readTogether(
    from: Opened,
    keys: readonly string[] | "all",
    most: number,
  ): Promise<OpenedEntries | TornEntries | undefined> {
    let opened = from;
    for (let tries = 1; ; tries++) {
      const { stored, rows } = opened;
      const missing =
        keys === "all" ? keys : keys.filter((key) => !stored.entries.has(key) && !rows.knows(key));
      if (rows.whole || missing.length === 0) return { opened, entries: chosen(opened, keys) };
      const read = await readEntries(stored, missing);
      if (!record(opened, missing, read, false)) {
        const later = await open(stored.name);
        if (!later) return undefined;
        if (isSameRows(stored, later.stored)) {
          record(opened, missing, read, true);
          opened = { ...later, rows };
        } else if (tries < most) {
          opened = later;
          continue;
        } else {
          const entries = merged([stored.entries, later.stored.entries, read.entries]);
          return { before: opened, after: later, entries };
        }
      }
      cache.keep(opened.stored, rows);
      return { opened, entries: chosen(opened, keys) };
    }
  }

  /** Rows with the head's birth, and the latest `rev` of any of them. */
  async function readEntries(stored: StoredHead, keys: readonly string[] | "all"): Promise<ReadEntries> {
    const { name, birth } = stored;
    const rows =
      keys === "all"
        ? await queryPrefix(table, headKey(name).pk, sortPrefix.entry)
        : await readRows(
            table,
            keys.map((key) => entryKey(name, key)),
          );
    const entries = new Map<string, Entry>();
    let latest = 0;
    for (const row of rows) {
      if (row.epoch !== birth) continue;
      const key = entryOf(row as unknown as Key);
      entries.set(key, unpackEntry(channelKindsOf(name), key, JSON.parse(row.entry as string)));
      latest = Math.max(latest, row.rev as number);
    }
    return { entries, latest };
  }

  return {
    cache,
    open,
    openAll,
    keepMembers,
    entriesOf,

    /** The head with what is known of the rows of these keys, or a later head whose rows have changed meanwhile. */
    async knowing(from: Opened, keys: readonly string[]): Promise<Opened | undefined> {
      const read = await readTogether(from, keys, 1);
      return read && ("before" in read ? read.after : read.opened);
    },

    /**
     * Everything that a channel may show above an offset. If a head keeps changing its rows, the result is the last read,
     * with some later entries: of two versions of a key, the later counts. An entry that is missing there was changed
     * again meanwhile, or removed and forgotten. The returned head is the first one, except for its floors.
     */
    async since(
      from: Opened,
      kind: ChannelKind,
      after: number,
    ): Promise<{ opened: Opened; floors?: Head["channels"]; entries: Iterable<Entry> } | undefined> {
      if (from.rows.knowsAbove(kind, after)) return { opened: from, entries: chosen(from, "all").values() };
      const read = await readTogether(from, "all", MAX_READS);
      if (!read) return undefined;
      if ("before" in read)
        return {
          opened: read.before,
          floors: read.after.stored.channels,
          entries: read.entries.values(),
        };
      return { opened: read.opened, entries: read.entries.values() };
    },
  };
}

interface ReadEntries {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly latest: number;
}

/** Member lists that a process caches. */
const MAX_MEMBERS = 1000;

const membersOf = ({ name, birth, members }: StoredHead): string => `${name} ${birth} ${members}`;

const isSameRows = (a: StoredHead, b: StoredHead): boolean =>
  a.birth === b.birth && a.beside.changed === b.beside.changed;

/**
 * Merges rows that were read into what is known, if they are valid for this head: `sure` is true, or none was written
 * since and none is missing.
 */
function record(
  { stored: { beside }, rows }: Opened,
  keys: readonly string[] | "all",
  { entries, latest }: ReadEntries,
  sure: boolean,
): boolean {
  const expected = keys === "all" ? beside.count : keys.length;
  if (!sure && (latest > beside.changed || entries.size !== expected)) return false;
  if (keys === "all") rows.recordAll(entries.values());
  else for (const key of keys) rows.record(key, entries.get(key));
  return true;
}

function chosen(
  { stored: { entries }, rows }: Opened,
  keys: readonly string[] | "all",
): ReadonlyMap<string, Entry> {
  if (keys === "all")
    return merged([entries, new Map([...rows.entries()].map((entry) => [entry.key, entry]))]);
  const found = keys.flatMap((key) => entries.get(key) ?? rows.get(key) ?? []);
  return new Map(found.map((entry) => [entry.key, entry]));
}

/** Of several versions of a key, the one with the higher offset. */
function merged(reads: readonly ReadonlyMap<string, Entry>[]): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const read of reads)
    for (const [key, entry] of read) {
      const known = entries.get(key);
      if (!known || isLater(entry, known)) entries.set(key, entry);
    }
  return entries;
}

const isLater = (a: Entry, b: Entry): boolean =>
  (Object.keys(a.offsets) as ChannelKind[]).some((kind) => (a.offsets[kind] ?? 0) > (b.offsets[kind] ?? 0));
