import type { Chaos } from "../bus/index.ts";
import type { Clock } from "../clock/clock.ts";

export interface StartOptions {
  /** Takes what is worth a line at the terminal. */
  readonly say: (line: string) => void;
  readonly clock?: Clock;
  /** Waits before a failed function is tried again, in milliseconds; two tries as on AWS, but sooner. */
  readonly retryDelaysMs?: readonly number[];
  /** How the bus shuffles and duplicates what it delivers; left out, it does not. */
  readonly chaos?: Chaos;
}
