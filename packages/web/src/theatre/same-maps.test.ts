import type { Item } from "@callboard/client";
import { expect, it } from "vitest";
import { areOfOneMoment, differingKeys, type Held } from "./same-maps.ts";

const item = (key: string, value: unknown, offset = 1): Item => ({ key, value, offset, version: "1", at: 0 });
const held = (items: Item[], offset = 1, epoch = "e"): Held => ({
  epoch,
  offset,
  items: new Map(items.map((one) => [one.key, one])),
});

it("returns every key that is missing, extra, or different", () => {
  const ours = held([item("a", 1), item("b", 2), item("c", { x: 1 })]);
  const theirs = held([item("a", 1), item("c", { x: 2 }), item("d", 4)]);
  expect(differingKeys(ours, theirs).sort()).toEqual(["b", "c", "d"]);
});

it("ignores signed URLs and the order of members", () => {
  const ours = held([item("p", { url: "https://one", expiresAt: 1, ref: "r", size: { w: 1, h: 2 } })]);
  const theirs = held([item("p", { size: { h: 2, w: 1 }, ref: "r", url: "https://two", expiresAt: 2 })]);
  expect(differingKeys(ours, theirs)).toEqual([]);
});

it("reports an equal value of another change as different", () => {
  expect(differingKeys(held([item("a", 1, 1)]), held([item("a", 1, 2)]))).toEqual(["a"]);
});

it("recognizes maps of the same moment by epoch and offset", () => {
  expect(areOfOneMoment(held([]), held([]))).toBe(true);
  expect(areOfOneMoment(held([], 2), held([]))).toBe(false);
  expect(areOfOneMoment(held([], 1, "f"), held([]))).toBe(false);
});
