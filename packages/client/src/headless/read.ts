import { isJsonObject } from "../json.ts";

/** Reads a value: what it is when it fits, else undefined. It never throws. */
export type Reader<T> = (value: unknown) => T | undefined;

/** What an object's fields are, by name; the name of one that may be missing ends in `?`. */
export type Shape<T> = {
  readonly [K in keyof T & string as undefined extends T[K] ? `${K}?` : K]-?: Reader<
    Exclude<T[K], undefined>
  >;
};

/** What can be read of an object: the fields that fit, and whether that is all of it. */
export interface Fields<T> {
  readonly fields: Partial<T>;
  /** The object is of its shape: every field is there that has to be, and each fits. */
  readonly whole: boolean;
}

/** Reads the fields that a shape names, each for itself; any other field is left out. */
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

/** Reads objects of a shape; one with a field that does not fit does not fit either. */
export const object =
  <T extends object>(shape: Shape<T>): Reader<T> =>
  (value) => {
    const { fields, whole } = readFields(shape, value);
    return whole ? (fields as T) : undefined;
  };

/** Reads what passes a test, as it is. */
export const that =
  <T>(test: (value: unknown) => boolean): Reader<T> =>
  (value) =>
    test(value) ? (value as T) : undefined;

/** Reads texts of at most so many characters, and at least so many. */
export const text = (most = Number.POSITIVE_INFINITY, least = 0): Reader<string> =>
  that((value) => typeof value === "string" && value.length <= most && value.length >= least);

/** Reads texts that pass a test, such as that of a name. */
export const textThat = <T extends string>(test: (text: string) => boolean): Reader<T> =>
  that((value) => typeof value === "string" && test(value));

/** Reads whole numbers between two bounds. */
export const whole = (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Reader<number> =>
  that((value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most);

/** Reads one of some texts. */
export const oneOf = <T extends string>(texts: readonly T[]): Reader<T> =>
  that((value) => texts.includes(value as T));

/** Reads lists each of whose parts can be read. */
export const list =
  <T>(read: Reader<T>): Reader<T[]> =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const parts = value.map(read);
    return parts.includes(undefined) ? undefined : (parts as T[]);
  };

/** Reads objects by key, each of whose keys and values can be read. */
export const byKey =
  <K extends string, T>(isKey: (key: string) => boolean, read: Reader<T>): Reader<Record<K, T>> =>
  (value) => {
    if (!isJsonObject(value)) return undefined;
    const parts = Object.entries(value).map(([key, part]) => [key, isKey(key) ? read(part) : undefined]);
    return parts.some(([, part]) => part === undefined) ? undefined : Object.fromEntries(parts);
  };

/** Takes any value as it is. */
export const anything: Reader<unknown> = (value) => value;
