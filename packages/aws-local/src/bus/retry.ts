const FIRST_MS = 200;
const LONGEST_MS = 10 * 60_000;

/** How long to wait before the next retry, in milliseconds: exponential, with jitter over its upper half. */
export function backoff(retries: number, random: () => number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** retries);
  return longest / 2 + (random() * longest) / 2;
}
