// Tells kinds of arguments apart. It uses no type of SST, so that it can be read and tested without SST.

/** Whether a value is an Output, by the members of every Output. */
export const isOutput = (value: unknown): value is { apply(follows: (known: unknown) => unknown): unknown } =>
  typeof value === "object" &&
  value !== null &&
  "apply" in value &&
  typeof (value as { apply: unknown }).apply === "function";

/** Whether a value is known only after another resource is deployed, or after a wait. */
export const isLate = (value: unknown): boolean => isOutput(value) || value instanceof Promise;

/**
 * Whether a value is a resource with a name and an ARN. An Output is not one: each of its members is another Output,
 * whatever its value will be.
 */
export const isThing = (value: unknown): value is { readonly name: unknown; readonly arn: unknown } =>
  typeof value === "object" && value !== null && !isOutput(value) && "name" in value && "arn" in value;
