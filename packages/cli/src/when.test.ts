import { expect, it } from "vitest";
import { spanOf, timeOf } from "./when.ts";

it.each([
  [0, "0s"],
  [999, "0s"],
  [-5000, "0s"],
  [59_000, "59s"],
  [60_000, "1m"],
  [61_000, "1m 1s"],
  [3_600_000, "1h"],
  [3_605_000, "1h"],
  [11_100_000, "3h 5m"],
  [90_000_000, "1d 1h"],
])("writes %i ms in its two largest units", (ms, text) => {
  expect(spanOf(ms)).toBe(text);
});

it("writes a time in UTC", () => {
  expect(timeOf(Date.UTC(2026, 0, 1, 10, 0, 5, 999))).toBe("2026-01-01 10:00:05Z");
});
