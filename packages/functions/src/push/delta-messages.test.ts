import { expect, it } from "vitest";
import { splitDelta } from "./delta-messages.ts";

it("cuts a large delta into parts that follow each other without a gap", () => {
  const items = [1, 2, 3].map((n) => ({
    key: `k${n}`,
    value: "x".repeat(400),
    offset: n,
    version: "1",
    at: n,
  }));
  const parts = splitDelta({ epoch: "e", from: 0, to: 4, items }, 1000);
  expect(parts.map(({ from, to, items }) => [from, to, items.length])).toEqual([
    [0, 2, 2],
    [2, 4, 1],
  ]);
});

it("advances nobody further than a delta says, though some of it is newer", () => {
  const items = [1, 5, 6].map((n) => ({
    key: `k${n}`,
    value: "x".repeat(400),
    offset: n,
    version: "1",
    at: n,
  }));
  const parts = splitDelta({ epoch: "e", from: 0, to: 4, items }, 600);
  expect(parts.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 4],
    [4, 4],
  ]);
});
