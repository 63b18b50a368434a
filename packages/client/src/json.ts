export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
