import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { fnv1a } from "@callboard/protocol";

/** Returns numbers from 0 up to 1. */
export type Random = () => number;

/** Repeatable random numbers: the same seed and name give the same numbers. */
export const seeded = (seed: number, name: string): Random => seededRandom(fnv1a(`${seed} ${name}`));

/** A whole number from 0 up to `count`. */
export const below = (random: Random, count: number): number => Math.floor(random() * count);
