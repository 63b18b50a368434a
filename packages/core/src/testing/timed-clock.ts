import type { Clock } from "../ports/index.ts";

/** A clock that only a test moves; waits end when their time has come, in order of time. */
interface TimedClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function timedClock(start: number): TimedClock {
  let now = start;
  let waiting: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    wait: (ms) => new Promise((wake) => waiting.push({ at: now + ms, wake })),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settled();
        const [next] = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        waiting = waiting.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = end;
    },
  };
}

/** Waits until no promise can settle any more. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
