import {
  type ChannelMeta,
  type Committed,
  checkShown,
  type Entry,
  type Guard,
  type Head,
  type HeadChange,
  type HeadState,
  type HeadStore,
  type ShownItems,
  shownItems,
} from "@callboard/core";
import { type Channel, type ChannelKind, type HeadName, headOf, parseChannel } from "@callboard/protocol";
import { putItem, type TransactWrite, transactWriteItems } from "../aws/dynamodb/dynamodb.ts";
import { cryptoIds } from "../aws/machine.ts";
import { generations } from "./generations.ts";
import { noRows, type StoredHead, unpackHead } from "./head-row.ts";
import { headReader, type Opened, packMembers, packRow } from "./head-rows.ts";
import { KeptRows } from "./kept-rows.ts";
import { accessKey, entryKey, headKey, requestKey } from "./keys.ts";
import { type Placed, placeEntries } from "./place-entries.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** The writes of a change; the head is the first. */
type Actions = readonly [Extract<TransactWrite, { readonly Put: unknown }>, ...TransactWrite[]];

/** Most tries when a write conflicts with another transaction on the same row. */
const MAX_TRIES = 5;
const PAUSE_MS = 5;
/** Most tries to write the number of shards; changes of the domain take precedence. */
const MAX_SPREADS = 12;
/** Number of characters of the id of a write. */
const BY_LENGTH = 12;

/**
 * Subjects and inboxes in DynamoDB: one row each, and more rows for what does not fit. Values are stored as JSON text,
 * since one producer's odd value must not stop a subject. As a map, DynamoDB would refuse more than 32 levels or a
 * number out of its range.
 */
export function dynamoHeadStore(table: Table): HeadStore {
  const reader = headReader(table);
  const { epochOf, written } = generations(table);
  const ids = table.ids ?? cryptoIds;

  const headIn = ({ stored, members }: Opened): Head => ({
    name: stored.name,
    epoch: epochOf(stored),
    channels: stored.channels,
    owners: members.owners,
    followers: members.followers,
  });

  async function readAfter(from: Opened, channel: Channel, after: number): Promise<ShownItems | undefined> {
    const { kind } = parseChannel(channel);
    const read = await reader.since(from, kind, after);
    if (!read) return undefined;
    const items = shownItems(kind, read.entries, after);
    const head = headIn(read.opened);
    return { items, head: read.floors ? withFloors(head, read.floors) : head };
  }

  /** A state that was read or written. */
  class State implements HeadState {
    readonly name: HeadName;
    readonly head: Head | undefined;
    readonly opened: Opened | undefined;

    constructor(name: HeadName, opened: Opened | undefined) {
      this.name = name;
      this.opened = opened;
      this.head = opened && headIn(opened);
    }

    async entries(keys: readonly string[] | "all"): Promise<ReadonlyMap<string, Entry>> {
      const read = this.opened && (await reader.entriesOf(this.opened, keys));
      return read?.entries ?? new Map();
    }

    async since(channel: Channel, after: number): Promise<ShownItems> {
      const read =
        this.opened && headOf(channel) === this.name && (await readAfter(this.opened, channel, after));
      if (!read) throw new TypeError(`there is no ${channel} in ${this.name}`);
      return read;
    }
  }

  /**
   * One conditional write, or one transaction if rows beside the head or a guard are part of it. The condition: the head
   * still has the `rev` and epoch that were read (or still does not exist), and the guard's request still has its
   * version. A failed condition returns the row: if it has this write's `by`, the write was already made.
   */
  async function commit({ before, ...change }: HeadChange): Promise<Committed> {
    if (!(before instanceof State)) throw new TypeError("the state is not of this store");
    checkShown(change.entries);
    const { name } = before;
    const changed = [...change.entries.map(({ key }) => key), ...(change.forget ?? [])];
    const opened = before.opened && (await reader.knowing(before.opened, changed));
    if (
      opened?.stored.rev !== before.opened?.stored.rev ||
      opened?.stored.birth !== before.opened?.stored.birth
    )
      return { outcome: "conflict", state: new State(name, opened) };
    const rows = opened?.rows ?? new KeptRows({ beside: noRows });
    const by = ids.random().slice(0, BY_LENGTH);
    const placed = placeEntries(
      {
        key: headKey(name),
        stored: opened?.stored,
        members: opened?.members,
        hasRow: (key) => rows.get(key) !== undefined,
        written: { by, ...written },
      },
      change,
    );
    const actions = actionsOf(table, placed, opened?.stored, change);
    for (let tries = 1; ; tries++) {
      const result = await writeOutcome(send(table, actions));
      if (result.outcome === "written") return { outcome: "committed", state: wrote(placed, change.after) };
      if (result.outcome === "contended") {
        if (tries === MAX_TRIES) return { outcome: "conflict" };
        await table.clock.wait(PAUSE_MS * 2 ** (tries - 1));
        continue;
      }
      const row = result.failed.get(0);
      const stored = row && unpackHead(name, row);
      if (stored?.by === by) return { outcome: "committed", state: wrote(placed, change.after) };
      if (change.guard && result.failed.has(actions.length - 1)) return { outcome: "guard_failed" };
      if (!stored) return { outcome: "conflict" };
      const found = await reader.openAll([name], stored);
      return { outcome: "conflict", state: new State(name, found.get(name)) };
    }

    /** The state after a write: known without reading it again. */
    function wrote({ head: stored, puts, deletes }: Placed, { owners, followers }: Head): State {
      const kept =
        puts.length === 0 && deletes.length === 0 ? rows : KeptRows.after(rows, stored, puts, deletes);
      reader.cache.keep(stored, kept);
      const members = reader.keepMembers(stored, { owners, followers });
      return new State(name, { stored, members, rows: kept });
    }
  }

  return {
    async read(names) {
      const opened = await reader.openAll(names);
      return new Map([...opened].map(([name, one]) => [name, headIn(one)]));
    },

    async since(channel, after) {
      const opened = await reader.open(headOf(channel));
      return opened && readAfter(opened, channel, after);
    },

    open: async (name) => new State(name, await reader.open(name)),

    commit,

    /** Tries once; it fails if a change was decided with fewer shards. */
    async spread(channel, from, to) {
      const { kind } = parseChannel(channel);
      let state: HeadState = new State(headOf(channel), await reader.open(headOf(channel)));
      for (let tries = 0; tries < MAX_SPREADS; tries++) {
        const meta = state.head?.channels[kind];
        if (!state.head || meta?.shards !== from) return;
        const channels = { ...state.head.channels, [kind]: { ...meta, shards: to } };
        const spread = await commit({ before: state, after: { ...state.head, channels }, entries: [] });
        if (spread.outcome === "committed") return;
        state =
          (spread.outcome === "conflict" && spread.state) ||
          new State(headOf(channel), await reader.open(headOf(channel)));
      }
      throw new Error(`${headOf(channel)} was written by others at each try`);
    },
  };
}

const send = (table: Table, actions: Actions): Promise<unknown> =>
  actions.length === 1
    ? putItem(table.dynamodb, actions[0].Put)
    : transactWriteItems(table.dynamodb, { TransactItems: [...actions] });

/** The writes of a change: the head first, the guard last. */
function actionsOf(
  table: Table,
  { head, row, puts, deletes, members }: Placed,
  before: StoredHead | undefined,
  { guard }: Pick<HeadChange, "guard">,
): Actions {
  const TableName = table.name;
  const { name } = head;
  const put = (Item: Row): TransactWrite => ({ Put: { TableName, Item } });
  const remove = (Key: Row): TransactWrite => ({ Delete: { TableName, Key } });
  return [
    {
      Put: {
        TableName,
        Item: row,
        ...(before
          ? {
              ConditionExpression: "rev = :rev AND epoch = :epoch",
              ExpressionAttributeValues: { ":rev": before.rev, ":epoch": before.epoch },
            }
          : { ConditionExpression: "attribute_not_exists(pk)" }),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    ...puts.map((entry) => put({ ...entryKey(name, entry.key), ...packRow(head, entry) })),
    ...deletes.map((key) => remove({ ...entryKey(name, key) })),
    ...(members === undefined
      ? []
      : [
          members === "gone"
            ? remove({ ...accessKey(name) })
            : put({ ...accessKey(name), ...packMembers(head, members) }),
        ]),
    ...(guard ? [checkGuard(TableName, guard)] : []),
  ];
}

const checkGuard = (TableName: string, guard: Guard): TransactWrite => ({
  ConditionCheck: {
    TableName,
    Key: requestKey(guard.request),
    ConditionExpression: "version = :version",
    ExpressionAttributeValues: { ":version": guard.version },
  },
});

/** A head with the higher floors of a later read of it. */
function withFloors(head: Head, later: Head["channels"]): Head {
  const channels = Object.entries(head.channels) as [ChannelKind, ChannelMeta][];
  return {
    ...head,
    channels: Object.fromEntries(
      channels.map(([kind, meta]) => [
        kind,
        { ...meta, floor: Math.max(meta.floor, later[kind]?.floor ?? 0) },
      ]),
    ),
  };
}
