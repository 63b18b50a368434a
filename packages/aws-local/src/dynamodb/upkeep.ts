import type { Clock } from "../clock/clock.ts";
import type { Decision, Key, Store, View, Write } from "../store/store.ts";
import type { Catalogue } from "./catalogue.ts";
import { expiryKey, STORE } from "./keys.ts";
import { changeItem, expiresAt, type StoredItem } from "./rows.ts";
import type { Table, TimeToLive } from "./table.ts";
import { forgetTokens } from "./tokens.ts";

/** Background work in bounded steps, which continues after a restart. */
export interface Upkeep {
  /** Lets items expire by an attribute; resolves when existing items are recorded. */
  enableTtl(table: Table, attribute: string): Promise<void>;
  /** Stops expiry; resolves when no record of expiry is left. */
  disableTtl(table: Table): Promise<void>;
  /** Starts to delete what deleted tables have left; failures are left to the next sweep. */
  clearSoon(): void;
  /** Does a bounded part of all work; resolves with the number of items that expired. */
  sweep(): Promise<number>;
}

/** Most records that one commit reads. */
const STEP = 250;
/** Most steps of one kind in one sweep. */
const STEPS = 40;

/**
 * Items that have been expired for longer are left alone
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html).
 */
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

/** The writes that schedule the removal of all records under some prefixes. */
export const leftovers = (prefixes: readonly Key[]): Write[] =>
  prefixes.map((prefix) => [[STORE, "leftover", ...prefix.slice(1)], prefix]);

export function openUpkeep(given: {
  readonly store: Store;
  readonly clock: Clock;
  readonly tables: Catalogue;
}): Upkeep {
  const { store, clock, tables } = given;

  async function clear(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      if (first(store, [STORE, "leftover"]) === undefined) return;
      await store.commit(clearStep);
    }
  }

  const put = (table: Table, ttl: TimeToLive | undefined): Promise<void> =>
    tables.change(table, ({ ttl: _, ...record }) => ({ ...record, ...(ttl ? { ttl } : {}) }));

  /** Records the items that existed before expiry was enabled. */
  async function takeIn(table: Table, ttl: TimeToLive): Promise<void> {
    let after: Key | undefined = [STORE, "item", table.id];
    while (after) {
      const from: Key = after;
      after = await store.commit((view) => takeInStep(view, table, from));
    }
    await put(table, { ...ttl, status: "ENABLED" });
  }

  async function leaveOut(table: Table): Promise<void> {
    for (let left = true; left; )
      left = await store.commit((view) => removeStep(view, [STORE, "ttl", table.id]));
    await put(table, undefined);
  }

  async function expire(table: Table): Promise<number> {
    let expired = 0;
    for (let step = 0; step < STEPS; step++) {
      const seconds = Math.floor(clock.now() / 1_000);
      if (first(store, ...due(table, seconds)) === undefined) break;
      expired += await store.commit((view) => expireStep(view, table, seconds));
    }
    return expired;
  }

  return {
    async enableTtl(table, attribute) {
      const ttl: TimeToLive = { attribute, status: "ENABLING" };
      await put(table, ttl);
      await takeIn(tables.byName(table.name) ?? table, ttl);
    },
    async disableTtl(table) {
      if (!table.ttl) return;
      await put(table, { ...table.ttl, status: "DISABLING" });
      await leaveOut(table);
    },
    clearSoon: () => void clear(Number.POSITIVE_INFINITY).catch(() => {}),
    async sweep() {
      await clear(STEPS);
      await forgetTokens(store, clock.now(), STEP * STEPS);
      let expired = 0;
      for (const name of tables.names()) {
        const table = tables.byName(name);
        if (table?.ttl?.status === "ENABLING") await takeIn(table, table.ttl);
        if (table?.ttl?.status === "DISABLING") await leaveOut(table);
        else if (table?.ttl) expired += await expire(table);
      }
      return expired;
    },
  };
}

/** The key of the first record under a prefix, before `lt` and from `gte` on. */
function first(view: View, prefix: Key, bounds: { gte?: Key; lt?: Key } = {}): Key | undefined {
  for (const [key] of view.list({ prefix, ...bounds })) return key;
  return undefined;
}

/** Removes records that a deleted table has left, of one kind. */
function clearStep(view: View): Decision<void> {
  for (const [leftover, prefix] of view.list<Key>({ prefix: [STORE, "leftover"] })) {
    const { writes, value } = removeStep(view, prefix);
    return { writes: value ? writes : [...writes, [leftover, undefined]], value: undefined };
  }
  return { writes: [], value: undefined };
}

/** Removes some records; true while there may be more. */
function removeStep(view: View, prefix: Key): Decision<boolean> {
  const writes: Write[] = [];
  for (const [key] of view.list({ prefix })) {
    if (writes.length === STEP) return { writes, value: true };
    writes.push([key, undefined]);
  }
  return { writes, value: false };
}

/** Records some items after a key; returns the last one's key, while there may be more. */
function takeInStep(view: View, table: Table, after: Key): Decision<Key | undefined> {
  const writes: Write[] = [];
  let scanned = 0;
  for (const [key, [, item]] of view.list<StoredItem>({ prefix: [STORE, "item", table.id], gt: after })) {
    const seconds = expiresAt(table, item);
    if (seconds !== undefined) writes.push([expiryKey(table, seconds, key), 1]);
    if (++scanned === STEP) return { writes, value: key };
  }
  return { writes, value: undefined };
}

/** A table's expired items. */
function due(table: Table, seconds: number): [prefix: Key, bounds: { gte: Key; lt: Key }] {
  const prefix: Key = [STORE, "ttl", table.id];
  return [prefix, { gte: [...prefix, seconds - FIVE_YEARS_SECONDS], lt: [...prefix, seconds] }];
}

/** Removes some expired items, as recorded; returns their number. */
function expireStep(view: View, table: Table, now: number): Decision<number> {
  const writes: Write[] = [];
  let scanned = 0;
  let expired = 0;
  const [prefix, bounds] = due(table, now);
  for (const [row] of view.list({ prefix, ...bounds })) {
    const [, , , seconds, ...parts] = row;
    const key: Key = [STORE, "item", table.id, ...parts];
    const stored = view.get<StoredItem>(key);
    writes.push([row, undefined]);
    if (stored && expiresAt(table, stored[1]) === seconds) {
      writes.push(...changeItem(table, key, stored, undefined).writes);
      expired++;
    }
    if (++scanned === STEP) break;
  }
  return { writes, value: expired };
}
