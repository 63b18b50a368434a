/** How long what may be lost waits for a commit that takes it along, in milliseconds. */
export const SOON_MS = 50;

/** How many writes that may be lost wait at most, but for those of one call alone. */
export const MOST_SOON = 10_000;

/** Between tries to write what may be lost, in milliseconds, while none succeeds. */
export function nextPauseMs(pauseMs: number): number {
  return Math.min(pauseMs * 2, 5_000);
}

/**
 * Of what is asked for, with `count` writes that may be lost, lets go of the oldest of these until there is room again,
 * never of the newest. Those of one call go together, so that none of them is ever found without the others.
 */
export function withoutOldest<T extends { readonly soon?: readonly unknown[] }>(
  asked: readonly T[],
  count: number,
): { kept: T[]; count: number } {
  let left = count;
  const kept = asked.filter(({ soon }, at) => {
    if (!soon || left <= MOST_SOON * 0.9 || at === asked.length - 1) return true;
    left -= soon.length;
    return false;
  });
  return { kept, count: left };
}
