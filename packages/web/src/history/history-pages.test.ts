import type { HistoryEntry } from "@callboard/protocol";
import { expect, it } from "vitest";
import { withEarlier, withNewest } from "./history-pages.ts";

/** Entries that happened in these seconds, as a page or as what is known. */
const read = (seconds: readonly number[], next?: number) => ({
  entries: seconds.map((at) => ({ id: `${at}` }) as HistoryEntry),
  next: next === undefined ? undefined : `${next}`,
});
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

it("puts new entries before known ones, each once, and continues where those ended", () => {
  expect(withNewest(read([3, 2, 1]), read([4, 3], 3))).toEqual(read([4, 3, 2, 1]));
  expect(withNewest(read([3, 2, 1], 1), read([4, 3], 3))).toEqual(read([4, 3, 2, 1], 1));
});

it("puts late entries in their place, and drops removed ones", () => {
  expect(withNewest(read([6, 3, 2, 1]), read([6, 5, 4, 2], 2))).toEqual(read([6, 5, 4, 2, 1]));
});

it("leaves no gap if there are more new entries than on a page", () => {
  expect(withNewest(read([3, 2, 1]), read([9, 8], 8))).toEqual(read([9, 8], 8));
});

it("is only the newest page without known entries", () => {
  expect(withNewest(read([3, 2], 2), read([4]))).toEqual(read([4]));
});

it("drops the oldest entries of an open history, and loads them again on request", () => {
  const known = read(down(500, 1));
  expect(withNewest(known, read(down(505, 456), 456))).toEqual(read(down(505, 6), 6));
  // Whoever asked for more has them.
  expect(withNewest(read(down(700, 1)), read(down(705, 656), 656))).toEqual(read(down(705, 6), 6));
});

it("adds earlier entries, each once, unless the known ones end elsewhere by then", () => {
  expect(withEarlier(read([4, 3], 3), read([3, 2], 2), "3")).toEqual(read([4, 3, 2], 2));
  expect(withEarlier(read([9, 8], 8), read([2, 1]), "3")).toEqual(read([9, 8], 8));
});
