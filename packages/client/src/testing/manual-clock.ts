import type { ClientClock } from "../clock.ts";

/** A clock that moves only when a test moves it. */
export interface ManualClock extends ClientClock {
  /** Moves the time on by `ms`, runs what becomes due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** The number of pending calls. */
  pending(): number;
}

/**
 * `settled` waits until all promises that can settle have done so; it is awaited before the time moves on.
 */
export function manualClock(start = 1_000_000, settled: () => Promise<void> = settle): ManualClock {
  let time = start;
  /** The earliest is at the end; at the same time the one requested first comes first. */
  const timers: { at: number; run: () => void }[] = [];

  return {
    now: () => time,
    pending: () => timers.length,
    after(ms, run) {
      const timer = { at: time + Math.max(0, ms), run };
      timers.splice(placeOf(timers, timer.at), 0, timer);
      return () => {
        const place = timers.indexOf(timer);
        if (place >= 0) timers.splice(place, 1);
      };
    },
    async advance(ms) {
      const end = time + ms;
      await settled();
      for (let next = timers.at(-1); next && next.at <= end; next = timers.at(-1)) {
        timers.pop();
        time = next.at;
        next.run();
        await settled();
      }
      time = Math.max(time, end);
    },
  };
}

function placeOf(timers: readonly { at: number }[], at: number): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timers[middle]!.at > at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Waits until all promises that can settle have done so. */
export const settle = (): Promise<void> => new Promise((settled) => setImmediate(settled));
