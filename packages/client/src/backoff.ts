/** The first wait is at most this, in milliseconds; each further one may be twice as long. */
const BASE_MS = 250;
/** Unless a client says otherwise no wait is longer than this, in milliseconds. */
export const LONGEST_WAIT_MS = 30_000;
/** Waits between attempts, with full jitter: anything between nothing and a bound that doubles. */
interface Backoff {
  /** The next wait, in milliseconds. */
  next(): number;
  reset(): void;
}

/** `longestMs` says, before each wait, how long it may be at most. */
export function fullJitterBackoff(random: () => number, longestMs: () => number): Backoff {
  let attempts = 0;
  return {
    next: () => Math.floor(random() * Math.min(longestMs(), BASE_MS * 2 ** Math.min(attempts++, 16))),
    reset() {
      attempts = 0;
    },
  };
}
