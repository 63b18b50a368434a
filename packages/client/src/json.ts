export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The size of a value as JSON in UTF-8, in bytes; by what every realm has. JSON holds no half of a surrogate pair. */
export const jsonBytes = (value: unknown): number =>
  encodeURIComponent(JSON.stringify(value)).replace(/%../g, "%").length;

/**
 * Whether JSON keeps a value: what it would turn into `null` or an empty object, or throw at, it does not keep. What has
 * a `toJSON` counts as what that gives.
 */
export function isJson(value: unknown): boolean {
  let isKept = true;
  try {
    JSON.stringify(value, function (this: Record<string, unknown>, name, given: unknown) {
      // `given` is what stands for the value: itself, or what its `toJSON` gave.
      if (given === undefined) isKept &&= !Array.isArray(this);
      else if (given === null) isKept &&= this[name] === null;
      else if (typeof given === "number") isKept &&= Number.isFinite(given);
      else isKept &&= /(String|Boolean|Array|Object)]$/.test(Object.prototype.toString.call(given));
      return given;
    });
  } catch {
    // It holds itself, or a number of a type of its own.
    return false;
  }
  return isKept;
}
