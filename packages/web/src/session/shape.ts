/** Whether a field of JSON is what it has to be. */
type Test = (value: unknown) => boolean;

/** The tests of an object's fields; one that may be missing has a name that ends in `?`. */
type Shape = Readonly<Record<string, Test>>;

/**
 * Reads an object of JSON: its fields of these names and no others; undefined when one is missing that has to be there,
 * or does not pass its test. For what a page reads before it has loaded the schemas.
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

/** Texts of a form. */
export const textLike =
  (form: RegExp): Test =>
  (value) =>
    typeof value === "string" && form.test(value);

/** Objects of a shape. */
export const shaped =
  (shape: Shape): Test =>
  (value) =>
    readShape(value, shape) !== undefined;
