import { isOutput } from "./late.ts";

/** What is known now, or once something else was deployed: an argument may be an Output. */
export type Known<T> = T | $util.Output<T>;

/**
 * What follows from what is known: now if it is known now, so that nothing waits without need, and an Output otherwise.
 *
 * A deployment that is told all by its environment has no Outputs among its settings, and is read without SST.
 */
export const when = <T, R>(known: Known<T>, follows: (all: T) => R): R | $util.Output<R> =>
  isKnown(known)
    ? follows(known)
    : ((known as $util.Output<T>).apply((all) => follows(all as T)) as unknown as $util.Output<R>);

const isKnown = <T>(known: Known<T>): known is T => !isOutput(known);
