/** Whether a JSON value is valid. */
type Test = (value: unknown) => boolean;

/** The tests of an object's fields; the name of an optional field ends in `?`. */
type Shape = Readonly<Record<string, Test>>;

/**
 * Reads the fields of these names from a JSON object; undefined when a required one is missing, or one fails
 * its test. For pages that have not loaded the schemas yet.
 */
export function readShape(value: unknown, shape: Shape): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Record<string, unknown> = {};
  for (const [marked, passes] of Object.entries(shape)) {
    const name = marked.replace("?", "");
    const field = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (field === undefined && marked !== name) continue;
    if (!passes(field)) return undefined;
    fields[name] = field;
  }
  return fields;
}

export const isText: Test = (value) => typeof value === "string";
export const isFlag: Test = (value) => typeof value === "boolean";
export const isNumber: Test = Number.isFinite;

/** Tests for texts of a form. */
export const textLike =
  (form: RegExp): Test =>
  (value) =>
    typeof value === "string" && form.test(value);

/** Tests for objects of a shape. */
export const shaped =
  (shape: Shape): Test =>
  (value) =>
    readShape(value, shape) !== undefined;
