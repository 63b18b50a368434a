import type { ClientClock } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends ClientClock {
  /** Moves on by `ms`, running what falls due in order and letting promises settle between. */
  advance(ms: number): Promise<void>;
  /** How many calls are still to come. */
  pending(): number;
}

export function manualClock(start = 1_000_000): ManualClock {
  let time = start;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => time,
    pending: () => timers.size,
    after(ms, run) {
      const timer = { at: time + Math.max(0, ms), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const soonest = Math.min(...[...timers].map((timer) => timer.at));
        if (soonest > end) break;
        const timer = [...timers].find(({ at }) => at === soonest);
        if (!timer) break;
        time = soonest;
        timers.delete(timer);
        timer.run();
        await settle();
      }
      time = end;
    },
  };
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
