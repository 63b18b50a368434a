/** How long a write that may be lost waits for a commit to join, in milliseconds. */
export const SOON_MS = 50;

/** Most waiting writes that may be lost; a single call may have more. */
export const MAX_SOON = 10_000;

/** The next pause between tries to write what may be lost, in milliseconds, while all fail. */
export function nextPauseMs(pauseMs: number): number {
  return Math.min(pauseMs * 2, 5_000);
}

/**
 * Drops the oldest of `count` waiting writes that may be lost until there is room again, never the newest call. Writes of
 * one call are dropped together, so that none of them is ever found without the others.
 */
export function withoutOldest<T extends { readonly soon?: readonly unknown[] }>(
  asked: readonly T[],
  count: number,
): { kept: T[]; count: number } {
  let left = count;
  const kept = asked.filter(({ soon }, at) => {
    if (!soon || left <= MAX_SOON * 0.9 || at === asked.length - 1) return true;
    left -= soon.length;
    return false;
  });
  return { kept, count: left };
}
