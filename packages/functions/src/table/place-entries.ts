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

/** Largest value, in bytes of its JSON, that may be in the head. */
export const MAX_INLINE_BYTES = 1024;
/** Largest head, in bytes: writes cost more with each kilobyte, reads with each four. */
export const MAX_HEAD_BYTES = 4096;
/**
 * A head that would exceed the limit moves entries into rows until it has this size, so that the next change has room.
 */
const SPILLED_HEAD_BYTES = 3072;
/** Largest member lists, in bytes of their JSON, that may be in the head. */
const MAX_MEMBER_BYTES = 512;
/** DynamoDB's limit of actions in one transaction. */
const ACTIONS_A_TRANSACTION = 100;

/** The rows that one write of a head changes. */
export interface Placed {
  readonly head: StoredHead;
  /** The head's row. */
  readonly row: Row;
  /** Entries that go to rows of their own. */
  readonly puts: readonly Entry[];
  /** Keys whose row is deleted, because they are in the head now or are forgotten. */
  readonly deletes: readonly string[];
  /** The members are written to a row of their own; `gone`: that row is deleted. */
  readonly members?: Members | "gone";
}

interface Before {
  /** The key of the head's row, which counts towards its size. */
  readonly key: Key;
  /** The current head; undefined: it is being created. */
  readonly stored: StoredHead | undefined;
  readonly members: Members | undefined;
  /** Whether a key has a row; known for every key that is changed or forgotten. */
  readonly hasRow: (key: string) => boolean;
  /** The id of this write, and its generation. */
  readonly written: Pick<StoredHead, "by" | "generation">;
}

/**
 * Decides which entries of a change go into the head and which into rows beside it. Large values have rows. A full head
 * moves its least recently changed entries into rows or, if these are too many for one transaction, the entries of the
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
    (jsonBytes(entry.value) > MAX_INLINE_BYTES ? large : small).push(entry);
  }
  const changed = new Set([...entries.map(({ key }) => key), ...forget]);

  /** The write with these entries in the head and those beside it, without moving others. */
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
  const usual = spill(all, large, SPILLED_HEAD_BYTES);
  if (actionsOf(usual) + (guard ? 1 : 0) <= ACTIONS_A_TRANSACTION) return usual;
  const own = spill(inline, entries, MAX_HEAD_BYTES);
  const actions = actionsOf(own) + (guard ? 1 : 0);
  if (actions <= ACTIONS_A_TRANSACTION) return own;
  throw new RangeError(`a change of ${actions} writes does not fit one transaction`);

  /**
   * Moves entries out of a head that is too large until it has at most `most` bytes; the least recently changed go first.
   */
  function spill(inHead: ReadonlyMap<string, Entry>, puts: readonly Entry[], most: number): Placed {
    let placed = write(inHead, puts);
    let bytes = rowBytes(placed.row);
    if (bytes <= MAX_HEAD_BYTES) return placed;
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

/** Where the members are stored. Their row is written when they change, or have outgrown the head. */
function placeMembers(
  { stored, members: known }: Before,
  { owners, followers }: Members,
  rev: number,
): { inHead: Members | number; row?: Members | "gone" } {
  const members = { owners, followers };
  const hasRow = typeof stored?.members === "number";
  if (jsonBytes([owners, followers]) <= MAX_MEMBER_BYTES)
    return { inHead: members, ...(hasRow ? { row: "gone" } : {}) };
  if (hasRow && known && sameNames(known.owners, owners) && sameNames(known.followers, followers))
    return { inHead: stored.members };
  return { inHead: rev, row: members };
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

/** What the head records about the rows beside it after this write. */
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

/** The age of an entry: its highest offset. */
const latestOffset = ({ offsets }: Entry): number => Math.max(0, ...Object.values(offsets));

const actionsOf = ({ puts, deletes, members }: Placed): number =>
  1 + puts.length + deletes.length + (members === undefined ? 0 : 1);
