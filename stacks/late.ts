// What tells arguments apart. It names no type of SST's, so that it can be read and tried without SST.

/** Whether a value is an Output, by what every Output has. */
export const isOutput = (value: unknown): value is { apply(follows: (known: unknown) => unknown): unknown } =>
  typeof value === "object" &&
  value !== null &&
  "apply" in value &&
  typeof (value as { apply: unknown }).apply === "function";

/** Whether a value is known only once something else was deployed, or is waited for. */
export const isLate = (value: unknown): boolean => isOutput(value) || value instanceof Promise;

/**
 * Whether a value is a resource with a name and an ARN. An Output is none: asked for either it gives another Output,
 * whatever it will be.
 */
export const isThing = (value: unknown): value is { readonly name: unknown; readonly arn: unknown } =>
  typeof value === "object" && value !== null && !isOutput(value) && "name" in value && "arn" in value;
