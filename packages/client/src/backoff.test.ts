import fc from "fast-check";
import { expect, it } from "vitest";
import { fullJitterBackoff } from "./backoff.ts";

/** A number from 0 up to, and without, 1. */
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const bound = (attempt: number) => Math.min(30_000, 250 * 2 ** attempt);

it("waits a random time up to a bound that doubles with each attempt, to 30 seconds at most", () => {
  fc.assert(
    fc.property(fc.array(chance, { minLength: 1, maxLength: 40 }), (chances) => {
      let attempt = 0;
      const backoff = fullJitterBackoff(
        () => chances[attempt]!,
        () => 30_000,
      );
      for (; attempt < chances.length; attempt++) {
        const wait = backoff.next();
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThan(bound(attempt));
        expect(wait).toBe(Math.floor(chances[attempt]! * bound(attempt)));
      }
    }),
  );
});

it("comes near both ends of every bound", () => {
  for (const [random, share] of [
    [0, 0],
    [1 - 2 ** -32, 1],
  ] as const) {
    const backoff = fullJitterBackoff(
      () => random,
      () => 30_000,
    );
    for (let attempt = 0; attempt < 12; attempt++)
      expect(Math.abs(backoff.next() - share * bound(attempt))).toBeLessThanOrEqual(1);
  }
});

it("starts again after a reset", () => {
  const backoff = fullJitterBackoff(
    () => 0.5,
    () => 30_000,
  );
  for (let attempt = 0; attempt < 2000; attempt++) backoff.next();
  expect(backoff.next()).toBe(15_000);
  backoff.reset();
  expect([backoff.next(), backoff.next()]).toEqual([125, 250]);
});

it("uses the current longest wait, shorter or longer", () => {
  let longest = 30_000;
  const backoff = fullJitterBackoff(
    () => 1 - 2 ** -32,
    () => longest,
  );
  for (let attempt = 0; attempt < 20; attempt++) backoff.next();
  const waits = [4000, 30_000].map((ms) => {
    longest = ms;
    return backoff.next();
  });
  expect(waits).toEqual([3999, 29_999]);
});
