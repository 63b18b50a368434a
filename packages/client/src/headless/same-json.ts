/** A text that is the same for two values that are equal as JSON, in any order of their properties. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const properties = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`);
    return `{${properties.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Whether two values are equal as JSON: `1` and `"1"` are not. */
export const sameJson = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Whether a value is a JSON object, for the code of forms. With the one from `json.ts`, which a page loads at
 * once, bundlers would make a third chunk for two lines.
 */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value's own property of any name; never an inherited one. */
export const ownPart = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined;
