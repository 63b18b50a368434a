/** A number in [0, 1) that depends on nothing but the seed (one step of mulberry32). */
export function seededRandom(seed: number): number {
  const wide = Math.trunc(seed) ^ Math.trunc(seed / 2 ** 32);
  let state = (wide + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}
