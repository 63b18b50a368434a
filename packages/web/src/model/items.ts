import type { Item } from "@callboard/protocol";

/** A channel's live items by key, as the client holds them. */
export type Items = ReadonlyMap<string, Item>;

/** The part of a schema that reading needs. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** A value with the key, offset and time (milliseconds) of its item. */
export interface Entry<T> {
  key: string;
  value: T;
  offset: number;
  at: number;
}

/** The values of all keys under a prefix, in the order of their offsets; what does not fit the schema is left out. */
export function valuesUnder<T>(items: Items, prefix: string, schema: Schema<T>): Entry<T>[] {
  const entries: Entry<T>[] = [];
  for (const item of items.values()) {
    if (!item.key.startsWith(prefix)) continue;
    const parsed = schema.safeParse(item.value);
    if (parsed.success) entries.push({ key: item.key, value: parsed.data, offset: item.offset, at: item.at });
  }
  return entries.sort((a, b) => a.offset - b.offset);
}

/** The value of one key, when it is there and fits the schema. */
export function valueAt<T>(items: Items, key: string, schema: Schema<T>): T | undefined {
  const item = items.get(key);
  if (!item) return undefined;
  const parsed = schema.safeParse(item.value);
  return parsed.success ? parsed.data : undefined;
}
