export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The size of a value as JSON in UTF-8, in bytes, computed with what every JavaScript realm has. JSON
 * contains no half surrogate pairs.
 */
export const jsonBytes = (value: unknown): number =>
  encodeURIComponent(JSON.stringify(value)).replace(/%../g, "%").length;

/**
 * Whether JSON keeps a value unchanged. It does not keep what becomes `null` or an empty object, or makes it
 * throw. A value with a `toJSON` counts as what that returns.
 */
export function isJson(value: unknown): boolean {
  let isKept = true;
  try {
    JSON.stringify(value, function (this: Record<string, unknown>, name, given: unknown) {
      // `given` is what JSON uses: the value itself, or the result of its `toJSON`.
      if (given === undefined) isKept &&= !Array.isArray(this);
      else if (given === null) isKept &&= this[name] === null;
      else if (typeof given === "number") isKept &&= Number.isFinite(given);
      else isKept &&= /(String|Boolean|Array|Object)]$/.test(Object.prototype.toString.call(given));
      return given;
    });
  } catch {
    // A cycle, or a boxed value.
    return false;
  }
  return isKept;
}
