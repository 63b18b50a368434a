/** The first wait is at most this, in milliseconds; each further one may be twice as long. */
const BASE_MS = 250;
/** No wait is longer than this, in milliseconds. */
const CAP_MS = 30_000;

/** Waits between attempts, with full jitter: anything between nothing and a bound that doubles. */
interface Backoff {
  /** The next wait, in milliseconds. */
  next(): number;
  reset(): void;
}

export function fullJitterBackoff(random: () => number): Backoff {
  let attempts = 0;
  return {
    next: () => Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempts++, 16))),
    reset() {
      attempts = 0;
    },
  };
}
