import type { Item, Subscribed } from "./messages.ts";

/**
 * A client's copy of a channel: it contains everything up to `offset`, and perhaps some later changes. Null values are
 * kept only while their offset is above `offset`, so that an older value cannot come back.
 */
export interface ChannelMap {
  readonly epoch: string | undefined;
  readonly offset: number;
  readonly items: ReadonlyMap<string, Item>;
}

export const emptyChannelMap: ChannelMap = { epoch: undefined, offset: 0, items: new Map() };

export type DeltaOutcome =
  /** It contains nothing new. */
  | { outcome: "ignored" }
  | { outcome: "applied"; map: ChannelMap; changed: readonly Item[] }
  /** Something before it is missing: keep it for a moment, then subscribe again. */
  | { outcome: "gap" };

/** The changes of a channel after `from` up to `to`, in the order of the items' offsets. */
export interface Delta {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly items: readonly Item[];
}

/**
 * Applies a delta. `to ≤ offset`: it is old. `from ≤ offset`: it fits. `from > offset` or another epoch: there is a
 * gap.
 */
export function applyDelta(map: ChannelMap, delta: Delta): DeltaOutcome {
  if (delta.epoch !== map.epoch && !isEmpty(map)) return { outcome: "gap" };
  if (delta.to <= map.offset) return { outcome: "ignored" };
  if (delta.from > map.offset) return { outcome: "gap" };
  const fresh = delta.items.filter((item) => item.offset > map.offset);
  return { outcome: "applied", ...fold(map, fresh, delta.epoch, delta.to) };
}

/** A delta that starts at 0 makes an empty map complete, whatever its epoch was before. */
const isEmpty = ({ offset, items }: ChannelMap): boolean => offset === 0 && items.size === 0;

type Answer = Exclude<Subscribed, { error: unknown }>;

/** Applies the answer to a `subscribe` to the map; with `reset` it starts from an empty map. */
export function applySubscribed(
  map: ChannelMap,
  answer: Answer,
): { map: ChannelMap; changed: readonly Item[] } {
  const restart = answer.reset === true || answer.epoch !== map.epoch;
  if (!restart && answer.offset < map.offset) return { map, changed: [] };
  return fold(restart ? emptyChannelMap : map, answer.items, answer.epoch, answer.offset);
}

function fold(map: ChannelMap, fresh: readonly Item[], epoch: string, offset: number) {
  const items = new Map(map.items);
  const changed: Item[] = [];
  for (const item of fresh) {
    const known = items.get(item.key);
    if (known && known.offset >= item.offset) continue;
    items.set(item.key, item);
    changed.push(item);
  }
  for (const [key, item] of items) if (item.value === null && item.offset <= offset) items.delete(key);
  return { map: { epoch, offset, items }, changed };
}

/** The map as plain values by key, without removed keys. */
export function valuesOf(map: ChannelMap): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, item] of map.items) if (item.value !== null) values[key] = item.value;
  return values;
}
