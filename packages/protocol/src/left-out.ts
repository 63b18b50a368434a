import { pathText } from "./misspelt.ts";

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** What says nothing, and is not missed where it is left out. */
const saysNothing = (value: unknown): boolean => value === undefined || value === null || value === "";

/**
 * Fields of a value that were left out when it was read, since they are not what they should be. They are told by their
 * paths, all of them names that its schema has.
 */
export function leftOutFields(value: unknown, read: unknown, path: readonly string[] = []): string[] {
  if (!isObject(value) || !isObject(read)) return [];
  return Object.entries(read).flatMap(([field, taken]) => {
    const [here, given] = [[...path, field], Object.hasOwn(value, field) ? value[field] : undefined];
    if (taken !== undefined) return leftOutFields(given, taken, here);
    return saysNothing(given) ? [] : [pathText(here)];
  });
}
