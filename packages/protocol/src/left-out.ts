import { pathText } from "./misspelt.ts";

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Whether a value has no content, so that leaving it out loses nothing. */
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

/**
 * The paths of fields that were left out when a value was parsed, because they were invalid. The paths consist only of
 * names that the schema has.
 */
export function leftOutFields(value: unknown, read: unknown, path: readonly string[] = []): string[] {
  if (!isObject(value) || !isObject(read)) return [];
  return Object.entries(read).flatMap(([field, taken]) => {
    const [here, given] = [[...path, field], Object.hasOwn(value, field) ? value[field] : undefined];
    if (taken !== undefined) return leftOutFields(given, taken, here);
    return isEmpty(given) ? [] : [pathText(here)];
  });
}
