/** The longest array of a range (https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html). */
const MAX_RANGE_LENGTH = 1_000;

/** Splits an array into chunks of `size`; the last may be shorter. */
export function partition(items: readonly unknown[], size: number): unknown[][] {
  const step = Math.round(size);
  if (!(step >= 1)) throw new RangeError("the chunk size must be a positive integer");
  return Array.from({ length: Math.ceil(items.length / step) }, (_, at) =>
    items.slice(at * step, (at + 1) * step),
  );
}

/** The numbers from `first` to `last`, both included, `step` apart; at most 1,000. */
export function range(first: number, last: number, step: number): number[] {
  const [from, to, by] = [Math.round(first), Math.round(last), Math.round(step)];
  if (by === 0) throw new RangeError("the step must not be zero");
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (!(length <= MAX_RANGE_LENGTH))
    throw new RangeError(`a range holds at most ${MAX_RANGE_LENGTH} numbers`);
  return Array.from({ length }, (_, at) => from + at * by);
}

const ALGORITHMS: ReadonlyMap<unknown, string> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/** Node's name of a hash algorithm that Step Functions supports. */
export function hashAlgorithm(name: unknown): string {
  const algorithm = ALGORITHMS.get(name);
  if (algorithm === undefined) {
    throw new RangeError(`unknown hash algorithm; known are ${[...ALGORITHMS.keys()].join(", ")}`);
  }
  return algorithm;
}

/** A number in [0, 1) that depends only on the seed (one step of mulberry32). */
export function seededRandom(seed: number): number {
  const wide = Math.trunc(seed) ^ Math.trunc(seed / 2 ** 32);
  let state = (wide + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}
