import type { Key, Write } from "../store/store.ts";
import { expiryKey, indexKey } from "./keys.ts";
import { invalid } from "./request.ts";
import type { Table, TableIndex } from "./table.ts";
import {
  type AttributeValue,
  attributeOf,
  equalValues,
  type Item,
  itemBytes,
  setAttribute,
} from "./values.ts";

/** An item in the store, with its size as DynamoDB counts it. */
export type StoredItem = readonly [bytes: number, item: Item];

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const MAX_ITEM_SIZE = 400 * 1_024;

const WRITE_UNIT = 1_024;

/** The write units for a number of bytes; a write that changes nothing takes one. */
const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT));

/** A prepared change of one item. */
export interface ItemChange {
  readonly writes: readonly Write[];
  /** The write units that it takes of the table, and of the indexes that it changes. */
  readonly units: number;
  readonly indexUnits: ReadonlyMap<string, number>;
}

/** Adds the size of an item before it is written; refuses one over 400 KB. */
export function sized(item: Item, refusal = "Item size has exceeded the maximum allowed size"): StoredItem {
  const bytes = itemBytes(item);
  if (bytes > MAX_ITEM_SIZE) throw invalid(refusal);
  return [bytes, item];
}

/** All writes when an item is created, changed or deleted: the item, its rows in indexes, and its expiry. */
export function changeItem(
  table: Table,
  key: Key,
  before: StoredItem | undefined,
  after: StoredItem | undefined,
): ItemChange {
  const writes: Write[] = [];
  if (after !== before) writes.push([key, after]);
  if (table.ttl) {
    const [old, next] = [before, after].map((stored) => stored && expiresAt(table, stored[1]));
    if (old !== next) {
      if (old !== undefined) writes.push([expiryKey(table, old, key), undefined]);
      if (next !== undefined) writes.push([expiryKey(table, next, key), 1]);
    }
  }
  const indexUnits = new Map<string, number>();
  if (after !== before) {
    for (const index of table.indexes) {
      const units = changeIndex(table, index, before?.[1], after?.[1], writes);
      if (units > 0) indexUnits.set(index.name, units);
    }
  }
  return { writes, units: writeUnits(Math.max(before?.[0] ?? 0, after?.[0] ?? 0)), indexUnits };
}

/**
 * Updates an index for a changed item; returns the write units for it
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes).
 */
function changeIndex(
  table: Table,
  index: TableIndex,
  before: Item | undefined,
  after: Item | undefined,
  writes: Write[],
): number {
  const wasIn = before !== undefined && isIn(index, before);
  const isNowIn = after !== undefined && isIn(index, after);
  if (!wasIn && !isNowIn) return 0;
  const moves =
    !wasIn || !isNowIn || index.keys.some(({ name }) => !equalValues(before[name]!, after[name]!));
  if (!moves && isSameIn(index, before!, after!)) return 0;
  const old = wasIn ? rowIn(index, before) : undefined;
  const next = isNowIn ? rowIn(index, after) : undefined;
  if (old && moves) writes.push([indexKey(table, index, before!), undefined]);
  if (next) writes.push([indexKey(table, index, after!), next]);
  if (!moves) return writeUnits(Math.max(old![0], next![0]));
  return (old ? writeUnits(old[0]) : 0) + (next ? writeUnits(next[0]) : 0);
}

/** An item is in an index if it has all attributes of the index's key. */
const isIn = (index: TableIndex, item: Item): boolean =>
  index.keys.every(({ name }) => Object.hasOwn(item, name));

/** The attributes of an item that an index holds. */
function rowIn(index: TableIndex, item: Item): StoredItem {
  const { holds } = index;
  if (!holds) return [itemBytes(item), item];
  const row: Record<string, AttributeValue> = {};
  for (const name of holds) {
    const value = attributeOf(item, name);
    if (value !== undefined) setAttribute(row, name, value);
  }
  return [itemBytes(row), row];
}

function isSameIn({ holds }: TableIndex, before: Item, after: Item): boolean {
  const names = holds ?? new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    const [a, b] = [attributeOf(before, name), attributeOf(after, name)];
    if (a !== b && (a === undefined || b === undefined || !equalValues(a, b))) return false;
  }
  return true;
}

/** When an item expires, in seconds since the epoch; undefined: never. */
export function expiresAt(table: Table, item: Item): number | undefined {
  const { ttl } = table;
  const value = ttl && ttl.status !== "DISABLING" ? attributeOf(item, ttl.attribute) : undefined;
  return value && "N" in value ? Number(value.N) : undefined;
}
