/** Names that every object of JavaScript has, and that libraries trip over where data have them. */
const names = Object.getOwnPropertyNames(Object.prototype);

/** A character for private use in place of the first of such a name: the length stays, and no object has it. */
const MARK = "\ue000";

const plain = new RegExp(names.join("|"), "g");
const marked = new RegExp(names.map((name) => MARK + name.slice(1)).join("|"), "g");
const nameOf = new Map(names.map((name) => [MARK + name.slice(1), name]));

/**
 * The same JSON with another character in each `__proto__`, `constructor` and their kin, in keys and texts alike, so that
 * what referred to what still does. It is to be no deeper than the stack.
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
