import type { HistoryEntry } from "@callboard/protocol";
import { expect, it } from "vitest";
import { withEarlier, withNewest } from "./history-pages.ts";

/** Entries that happened in these seconds, as a page or as what is known. */
const read = (seconds: readonly number[], next?: number) => ({
  entries: seconds.map((at) => ({ id: `${at}` }) as HistoryEntry),
  next: next === undefined ? undefined : `${next}`,
});
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

it("puts what is new before what is known, each once, and goes on where that ended", () => {
  expect(withNewest(read([3, 2, 1]), read([4, 3], 3))).toEqual(read([4, 3, 2, 1]));
  expect(withNewest(read([3, 2, 1], 1), read([4, 3], 3))).toEqual(read([4, 3, 2, 1], 1));
});

it("has what came late where it belongs, and what was taken out no more", () => {
  expect(withNewest(read([6, 3, 2, 1]), read([6, 5, 4, 2], 2))).toEqual(read([6, 5, 4, 2, 1]));
});

it("leaves no gap where more is new than a page holds", () => {
  expect(withNewest(read([3, 2, 1]), read([9, 8], 8))).toEqual(read([9, 8], 8));
});

it("is the newest page alone where there is nothing before it", () => {
  expect(withNewest(read([3, 2], 2), read([4]))).toEqual(read([4]));
});

it("lets the oldest go when a history is left open, and goes on with them when they are asked for", () => {
  const known = read(down(500, 1));
  expect(withNewest(known, read(down(505, 456), 456))).toEqual(read(down(505, 6), 6));
  // Whoever asked for more has them.
  expect(withNewest(read(down(700, 1)), read(down(705, 656), 656))).toEqual(read(down(705, 6), 6));
});

it("adds what was before, each once, unless what is known ends elsewhere by then", () => {
  expect(withEarlier(read([4, 3], 3), read([3, 2], 2), "3")).toEqual(read([4, 3, 2], 2));
  expect(withEarlier(read([9, 8], 8), read([2, 1]), "3")).toEqual(read([9, 8], 8));
});
