import { isOutput } from "./late.ts";

/** A value that is known now, or once another resource is deployed: an argument may be an Output. */
export type Known<T> = T | $util.Output<T>;

/**
 * Maps a value: at once if it is known now, so that nothing waits without need, otherwise as an Output.
 *
 * A deployment whose settings are all in its environment has no Outputs among them, and is read without SST.
 */
export const when = <T, R>(known: Known<T>, follows: (all: T) => R): R | $util.Output<R> =>
  isKnown(known)
    ? follows(known)
    : ((known as $util.Output<T>).apply((all) => follows(all as T)) as unknown as $util.Output<R>);

const isKnown = <T>(known: Known<T>): known is T => !isOutput(known);
