import { isJsonObject } from "../json.ts";

/** Reads a value: returns it if it fits, else undefined. Never throws. */
export type Reader<T> = (value: unknown) => T | undefined;

/** The readers of an object's fields, by name; the name of an optional field ends in `?`. */
export type Shape<T> = {
  readonly [K in keyof T & string as undefined extends T[K] ? `${K}?` : K]-?: Reader<
    Exclude<T[K], undefined>
  >;
};

/** The readable part of an object: the fields that fit, and whether that is all. */
export interface Fields<T> {
  readonly fields: Partial<T>;
  /** The object has its shape: every required field exists, and every field fits. */
  readonly whole: boolean;
}

/** Reads the fields that a shape names, each separately; other fields are left out. */
export function readFields<T extends object>(shape: Shape<T>, value: unknown): Fields<T> {
  const fields: Record<string, unknown> = {};
  let whole = isJsonObject(value);
  for (const [marked, read] of Object.entries<Reader<unknown>>(shape)) {
    const name = marked.replace("?", "");
    const given = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    const field = given === undefined ? undefined : read(given);
    if (field !== undefined) fields[name] = field;
    else if (given !== undefined || name === marked) whole = false;
  }
  return { fields: fields as Partial<T>, whole };
}

/** Reads objects of a shape; one field that does not fit makes the whole object not fit. */
export const object =
  <T extends object>(shape: Shape<T>): Reader<T> =>
  (value) => {
    const { fields, whole } = readFields(shape, value);
    return whole ? (fields as T) : undefined;
  };

/** Reads values that pass a test, unchanged. */
export const that =
  <T>(test: (value: unknown) => boolean): Reader<T> =>
  (value) =>
    test(value) ? (value as T) : undefined;

/** Reads texts with a length between two bounds, in characters. */
export const text = (most = Number.POSITIVE_INFINITY, least = 0): Reader<string> =>
  that((value) => typeof value === "string" && value.length <= most && value.length >= least);

/** Reads texts that pass a test, such as a name. */
export const textThat = <T extends string>(test: (text: string) => boolean): Reader<T> =>
  that((value) => typeof value === "string" && test(value));

/** Reads whole numbers between two bounds. */
export const whole = (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Reader<number> =>
  that((value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most);

/** Reads one of some texts. */
export const oneOf = <T extends string>(texts: readonly T[]): Reader<T> =>
  that((value) => texts.includes(value as T));

/** Reads lists in which every part can be read. */
export const list =
  <T>(read: Reader<T>): Reader<T[]> =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const parts = value.map(read);
    return parts.includes(undefined) ? undefined : (parts as T[]);
  };

/** Reads objects in which every key and value can be read. */
export const byKey =
  <K extends string, T>(isKey: (key: string) => boolean, read: Reader<T>): Reader<Record<K, T>> =>
  (value) => {
    if (!isJsonObject(value)) return undefined;
    const parts = Object.entries(value).map(([key, part]) => [key, isKey(key) ? read(part) : undefined]);
    return parts.some(([, part]) => part === undefined) ? undefined : Object.fromEntries(parts);
  };

/** Accepts any value unchanged. */
export const anything: Reader<unknown> = (value) => value;
