/** A text that two values share when they are equal as JSON, in whatever order their properties stand. */
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
 * Whether a value is an object of JSON, for what forms are made of: were it that of `json.ts`, which a page has at once,
 * bundlers would make a third chunk of the two lines.
 */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value's own property, whatever its name; never what every object has. */
export const ownPart = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined;
