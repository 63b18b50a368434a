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

/** What stands under a prefix, in the order of offsets: what fits the schema, and what does not. */
export interface Reading<T> {
  fits: Entry<T>[];
  misfits: Entry<unknown>[];
}

/** Reads the values of all keys under a prefix. */
export function readUnder<T>(items: Items, prefix: string, schema: Schema<T>): Reading<T> {
  const reading: Reading<T> = { fits: [], misfits: [] };
  for (const { key, value, offset, at } of items.values()) {
    if (!key.startsWith(prefix)) continue;
    const parsed = schema.safeParse(value);
    if (parsed.success) reading.fits.push({ key, value: parsed.data, offset, at });
    else reading.misfits.push({ key, value, offset, at });
  }
  const byOffset = (a: { offset: number }, b: { offset: number }) => a.offset - b.offset;
  reading.fits.sort(byOffset);
  reading.misfits.sort(byOffset);
  return reading;
}

/** The values of all keys under a prefix, in the order of their offsets; what does not fit the schema is left out. */
export const valuesUnder = <T>(items: Items, prefix: string, schema: Schema<T>): Entry<T>[] =>
  readUnder(items, prefix, schema).fits;

/** The value of one key, when it is there and fits the schema. */
export function valueAt<T>(items: Items, key: string, schema: Schema<T>): T | undefined {
  const item = items.get(key);
  if (!item) return undefined;
  const parsed = schema.safeParse(item.value);
  return parsed.success ? parsed.data : undefined;
}

/** The fields of a value that fit, each by a schema of its own: what can be said of a value that as a whole does not. */
export function fittingFields<T extends object>(
  schemas: { readonly [K in keyof T]-?: Schema<T[K]> },
  value: unknown,
): Partial<T> {
  const fields: Partial<T> = {};
  if (typeof value !== "object" || value === null) return fields;
  for (const name of Object.keys(schemas) as (keyof T & string)[]) {
    if (!Object.hasOwn(value, name)) continue;
    const parsed = schemas[name].safeParse((value as T)[name]);
    if (parsed.success && parsed.data !== undefined) fields[name] = parsed.data;
  }
  return fields;
}
