/** Names that every JavaScript object has; data that contain them break libraries. */
const names = Object.getOwnPropertyNames(Object.prototype);

/**
 * A private-use character that replaces the first one of such a name: the length stays the same, and no object has the
 * new name.
 */
const MARK = "\ue000";

const plain = new RegExp(names.join("|"), "g");
const marked = new RegExp(names.map((name) => MARK + name.slice(1)).join("|"), "g");
const nameOf = new Map(names.map((name) => [MARK + name.slice(1), name]));

/**
 * The same JSON with `__proto__`, `constructor` and similar names marked, in keys and texts alike, so that references
 * still fit. The caller bounds the depth.
 */
export function markNames(json: unknown): unknown {
  if (typeof json === "string") return json.replace(plain, (name) => MARK + name.slice(1));
  if (Array.isArray(json)) return json.map(markNames);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [markNames(key) as string, markNames(value)]),
  );
}

/** A text as it was before its names were marked. */
export const unmarkNames = (text: string): string =>
  text.includes(MARK) ? text.replace(marked, (name) => nameOf.get(name)!) : text;
