/**
 * Whether JSON keeps a value: what it would turn into `null` or an empty object, or throw at, it does not keep. What has
 * a `toJSON` counts as what that gives.
 */
export function isJson(value: unknown): boolean {
  let isKept = true;
  try {
    JSON.stringify(value, function (this: Record<string, unknown>, name, given: unknown) {
      isKept &&= isKeptAs(this[name], given) || (given === undefined && !Array.isArray(this));
      return given;
    });
  } catch {
    // It holds itself, or a number of a type of its own.
    return false;
  }
  return isKept;
}

/** `given` is what stands for the value: itself, or what its `toJSON` gave. */
function isKeptAs(value: unknown, given: unknown): boolean {
  if (given === null) return value === null;
  if (typeof given === "number") return Number.isFinite(given);
  const kind = Object.prototype.toString.call(given).slice(8, -1);
  return ["String", "Boolean", "Array", "Object"].includes(kind);
}
