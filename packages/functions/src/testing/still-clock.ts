import type { Clock } from "@callboard/core";

/** A clock that advances only when something waits on it; `waits` lists the waits in milliseconds. */
export function stillClock(start = Date.UTC(2026, 0, 1)): Clock & { readonly waits: readonly number[] } {
  let now = start;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    async wait(ms) {
      waits.push(ms);
      now += ms;
    },
  };
}
