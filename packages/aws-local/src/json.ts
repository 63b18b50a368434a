/** A JSON value; its shape is checked where it is used. */
export type Json = unknown;

/** True for a JSON object, false for arrays and null. */
export function isObject(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Structural equality of two JSON values; the order of an object's keys does not matter. */
export function equalJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => equalJson(item, b[at]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
  );
}

/** Whether lists and objects nest deeper than `most`, computed without recursion. */
export function isNestedOver(most: number, value: Json): boolean {
  const within = (one: object): object[] =>
    Object.values(one).filter((inner) => typeof inner === "object" && inner !== null);
  let level = within([value]);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === most) return true;
    level = level.flatMap(within);
  }
  return false;
}
