/** Upper bound of the first wait, in milliseconds. The bound doubles after each wait. */
const BASE_MS = 250;
/** Default upper bound of all waits, in milliseconds. */
export const MAX_WAIT_MS = 30_000;
/** Waits between attempts, with full jitter: a random time between zero and a bound that doubles. */
interface Backoff {
  /** The next wait, in milliseconds. */
  next(): number;
  reset(): void;
}

/** Creates a `Backoff`. `longestMs` is called before each wait and returns its upper bound. */
export function fullJitterBackoff(random: () => number, longestMs: () => number): Backoff {
  let attempts = 0;
  return {
    next: () => Math.floor(random() * Math.min(longestMs(), BASE_MS * 2 ** Math.min(attempts++, 16))),
    reset() {
      attempts = 0;
    },
  };
}
