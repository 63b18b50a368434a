/** Waits for all, whatever becomes of each; rejects as the first that rejects. */
export async function settleAll<T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/**
 * Runs `work` for every input, at most `most` at once; the first failure rejects once the others have settled. Work that
 * was done at once answers undefined, and the next begins in the same turn.
 */
export async function eachLimited<T>(
  inputs: Iterable<T>,
  most: number,
  work: (input: T) => Promise<unknown> | undefined,
): Promise<void> {
  const waiting = [...inputs];
  const queue = waiting.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const input of queue)
      try {
        const going = work(input);
        if (going) await going;
      } catch (cause) {
        failures.push(cause);
      }
  };
  await Promise.all(Array.from({ length: Math.min(most, waiting.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
