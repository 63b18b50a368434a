import type { Clock } from "@callboard/core";

/** A clock that moves only by being waited on; `waits` lists the waits in milliseconds. */
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
