/** What is known now, or once something else was deployed: an argument may be an Output. */
export type Known<T> = T | $util.Output<T>;

/** What follows from it: now if it is known now, so that nothing waits without need. */
export const when = <T, R>(known: Known<T>, follows: (all: T) => R): R | $util.Output<R> =>
  isLate(known) ? (known.apply((all) => follows(all as T)) as unknown as $util.Output<R>) : follows(known);

/** Whether a value is an Output, by what every Output has. */
export const isLate = (value: unknown): value is $util.Output<unknown> =>
  typeof value === "object" &&
  value !== null &&
  "apply" in value &&
  typeof (value as { apply: unknown }).apply === "function";

/** A resource has Outputs and is none: asking an Output for `urn` gives another Output of whatever it will be. */
export const isThing = (value: unknown): value is { readonly name: unknown; readonly arn: unknown } =>
  typeof value === "object" && value !== null && !isLate(value) && "name" in value && "arn" in value;
