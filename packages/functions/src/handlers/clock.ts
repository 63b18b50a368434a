import type { App, Clock, Log } from "@callboard/core";

export interface ClockParts {
  readonly app: Pick<App, "clock">;
  readonly clock: Clock;
  readonly log: Log;
  /** How often it polls in one invocation; 12 unless said. */
  readonly polls?: number;
  /** Whether it counts, once an invocation, what is open; so unless said. */
  readonly counts?: boolean;
}

const EVERY_MS = 5000;
const POLLS = 12;

/**
 * Each minute: polls what is due at once and then every five seconds, for 55 seconds, so that the next invocation goes
 * on where this one ends. A poll that fails does not end the others; the first failure is thrown in the end.
 */
export function clockHandler({ app, clock, log, polls = POLLS, counts = true }: ClockParts) {
  return async (): Promise<void> => {
    const start = clock.now();
    const failures: unknown[] = [];
    let due = 0;
    for (let at = 0; at < polls * EVERY_MS; at = nextPoll(at, clock.now() - start)) {
      const pause = start + at - clock.now();
      if (pause > 0) await clock.wait(pause);
      try {
        due += await app.clock.pollDue();
      } catch (error) {
        failures.push(error);
      }
    }
    log.metric("due", due);
    if (counts)
      await app.clock.countWaiting().then(
        (count) => log.metric("open_requests", count),
        (error: unknown) => failures.push(error),
      );
    if (failures.length > 0) throw failures[0];
  };
}

/** The next full five seconds; those that a slow poll has missed are left out. */
const nextPoll = (at: number, elapsed: number): number =>
  Math.max(at + EVERY_MS, Math.ceil(elapsed / EVERY_MS) * EVERY_MS);
