import type { Item } from "@callboard/protocol";
import { type Fields, readFields, type Shape } from "./read.ts";

/** A channel's live items by key, as a `ChannelView` has them. */
export type Items = ReadonlyMap<string, Item>;

/** The part of an item that could be read. */
export interface Reading<T> extends Fields<T> {
  readonly item: Item;
}

/** Reads the values of all keys under a prefix, in the order of their offsets. */
export function readUnder<T extends object>(items: Items, prefix: string, shape: Shape<T>): Reading<T>[] {
  return [...items.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => a.offset - b.offset)
    .map((item) => ({ item, ...readFields(shape, item.value) }));
}

/** The values under a prefix that have a shape, in the order of their offsets. */
export const valuesUnder = <T extends object>(items: Items, prefix: string, shape: Shape<T>): T[] =>
  readUnder(items, prefix, shape).flatMap(({ fields, whole }) => (whole ? [fields as T] : []));

/** The keys under a prefix whose values do not have a shape. */
export const unreadUnder = <T extends object>(items: Items, prefix: string, shape: Shape<T>): string[] =>
  readUnder(items, prefix, shape).flatMap(({ item, whole }) => (whole ? [] : [item.key]));

/** The value of one key, if it exists and has a shape. */
export function valueAt<T extends object>(items: Items, key: string, shape: Shape<T>): T | undefined {
  const { fields, whole } = readFields(shape, items.get(key)?.value);
  return whole ? (fields as T) : undefined;
}

/** Caches a reading: the same items are read once, for all callers. */
export function readOnce<R>(read: (items: Items) => R): (items: Items) => R {
  const known = new WeakMap<Items, { readonly made: R }>();
  return (items) => {
    const kept = known.get(items) ?? { made: read(items) };
    known.set(items, kept);
    return kept.made;
  };
}
