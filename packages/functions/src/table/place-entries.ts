import type { Entry, HeadChange, Members } from "@callboard/core";
import { type ChannelKind, channelKindsOf, jsonBytes } from "@callboard/protocol";
import {
  marksAfter,
  noRows,
  packEntry,
  packHead,
  type RowsBeside,
  rowBytes,
  type StoredHead,
} from "./head-row.ts";
import type { Key } from "./keys.ts";
import type { Row } from "./table.ts";

/** Bytes of a value, as JSON, up to which it may stand in the head. */
export const mostInlineBytes = 1024;
/** Bytes of a head that are never passed: what a write or a read costs rises with each kilobyte, or four. */
export const mostHeadBytes = 4096;
/** A head that would pass them moves entries into rows until it has no more than these, so that the next has room. */
const spilledHeadBytes = 3072;
/** Bytes of the lists of members, as JSON, up to which they stand in the head. */
const mostMemberBytes = 512;
/** DynamoDB: actions in one transaction. */
const ACTIONS_A_TRANSACTION = 100;

/** What one write of a head writes. */
export interface Placed {
  readonly head: StoredHead;
  /** The head's row. */
  readonly row: Row;
  /** Entries that go to rows of their own. */
  readonly puts: readonly Entry[];
  /** Keys whose row goes, since they stand in the head now or are forgotten. */
  readonly deletes: readonly string[];
  /** The members are written to a row of their own; `gone`: that row goes. */
  readonly members?: Members | "gone";
}

interface Before {
  /** The key of the head's row, which its size is counted with. */
  readonly key: Key;
  /** The head as it stands; undefined: it is being born. */
  readonly stored: StoredHead | undefined;
  readonly members: Members | undefined;
  /** Whether a key has a row; it is known for all that is changed or forgotten. */
  readonly hasRow: (key: string) => boolean;
  /** What tells this write from any other, and in which generation it is made. */
  readonly written: Pick<StoredHead, "by" | "generation">;
}

/**
 * Decides what of a change stands in the head and what in rows beside it. Large values have rows; a head that is full
 * moves its least recently changed entries there, or, where these are too many for one transaction, the entries of the
 * change itself.
 */
export function placeEntries(before: Before, change: Omit<HeadChange, "before">): Placed {
  const { after, entries, forget = [], guard } = change;
  const { stored, hasRow } = before;
  const rev = (stored?.rev ?? 0) + 1;
  const members = placeMembers(before, after, rev);
  const inline = new Map(stored?.entries);
  for (const key of forget) inline.delete(key);
  const large: Entry[] = [];
  const small: Entry[] = [];
  for (const entry of entries) {
    inline.delete(entry.key);
    (jsonBytes(entry.value) > mostInlineBytes ? large : small).push(entry);
  }
  const changed = new Set([...entries.map(({ key }) => key), ...forget]);

  /** The write with these entries in the head and those beside it, without moving anything more. */
  function write(inHead: ReadonlyMap<string, Entry>, puts: readonly Entry[]): Placed {
    const deletes = [...changed].filter((key) => hasRow(key) && !puts.some((put) => put.key === key));
    const head: StoredHead = {
      name: after.name,
      rev,
      epoch: after.epoch,
      birth: stored?.birth ?? after.epoch,
      ...before.written,
      channels: after.channels,
      members: members.inHead,
      beside: rowsAfter(stored?.beside ?? noRows, channelKindsOf(after.name), rev, puts, deletes, hasRow),
      entries: inHead,
    };
    return {
      head,
      row: { ...before.key, ...packHead(head) },
      puts,
      deletes,
      ...(members.row === undefined ? {} : { members: members.row }),
    };
  }

  const all = new Map([...inline, ...small.map((entry) => [entry.key, entry] as const)]);
  const usual = spill(all, large, spilledHeadBytes);
  if (actionsOf(usual) + (guard ? 1 : 0) <= ACTIONS_A_TRANSACTION) return usual;
  const own = spill(inline, entries, mostHeadBytes);
  const actions = actionsOf(own) + (guard ? 1 : 0);
  if (actions <= ACTIONS_A_TRANSACTION) return own;
  throw new RangeError(`a change of ${actions} writes does not fit one transaction`);

  /** Moves entries out of a head that is too large until it has `most` bytes; the least recently changed go first. */
  function spill(inHead: ReadonlyMap<string, Entry>, puts: readonly Entry[], most: number): Placed {
    let placed = write(inHead, puts);
    let bytes = rowBytes(placed.row);
    if (bytes <= mostHeadBytes) return placed;
    const oldest = [...inHead.values()].sort((a, b) => latestOffset(a) - latestOffset(b));
    const moved: Entry[] = [];
    while (bytes > most && moved.length < oldest.length) {
      for (let excess = bytes - most; excess > 0 && moved.length < oldest.length; ) {
        const entry = oldest[moved.length] as Entry;
        moved.push(entry);
        excess -= jsonBytes([entry.key, ...packEntry(channelKindsOf(after.name), entry)]);
      }
      const gone = new Set(moved.map(({ key }) => key));
      const rest = [...inHead].filter(([key]) => !gone.has(key));
      placed = write(new Map(rest), [...puts, ...moved]);
      bytes = rowBytes(placed.row);
    }
    return placed;
  }
}

/** Where the members stand. They are written to their row when they change, or have outgrown the head. */
function placeMembers(
  { stored, members: known }: Before,
  { owners, followers }: Members,
  rev: number,
): { inHead: Members | number; row?: Members | "gone" } {
  const members = { owners, followers };
  const hasRow = typeof stored?.members === "number";
  if (jsonBytes([owners, followers]) <= mostMemberBytes)
    return { inHead: members, ...(hasRow ? { row: "gone" } : {}) };
  if (hasRow && known && sameNames(known.owners, owners) && sameNames(known.followers, followers))
    return { inHead: stored.members };
  return { inHead: rev, row: members };
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

/** What the head knows of the rows beside it after this write. */
function rowsAfter(
  before: RowsBeside,
  kinds: readonly ChannelKind[],
  rev: number,
  puts: readonly Entry[],
  deletes: readonly string[],
  hasRow: (key: string) => boolean,
): RowsBeside {
  if (puts.length === 0 && deletes.length === 0) return before;
  const got = puts.map(({ key }) => key).filter((key) => !hasRow(key));
  const count = before.count + got.length - deletes.length;
  if (count <= 0) return noRows;
  const marks = marksAfter(before.marks, got, deletes);
  const highest = kinds.map(
    (kind) =>
      [kind, Math.max(before.highest[kind] ?? 0, ...puts.map(({ offsets }) => offsets[kind] ?? 0))] as const,
  );
  return {
    changed: rev,
    count,
    highest: Object.fromEntries(highest.filter(([, offset]) => offset > 0)),
    ...(marks === undefined ? {} : { marks }),
  };
}

/** By what an entry is old: its highest offset. */
const latestOffset = ({ offsets }: Entry): number => Math.max(0, ...Object.values(offsets));

const actionsOf = ({ puts, deletes, members }: Placed): number =>
  1 + puts.length + deletes.length + (members === undefined ? 0 : 1);
