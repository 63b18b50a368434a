/** Waits until all have settled; then rejects with the first error, if there is one. */
export async function settleAll<T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/**
 * Runs `work` for every input, at most `most` at once. Rejects with the first error after all others have settled.
 * `work` that finished synchronously returns undefined, and the next one starts in the same turn of the event loop.
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
