import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests } from "../testing/words.ts";
import { durationText, momentText, timecode } from "./time.ts";

it("writes a moment of today as the time of day", () => {
  expect(momentText(halfPastTwo, halfPastTwo, englishForTests)).toBe("14:30");
});

it("writes a moment of another day with its date", () => {
  expect(momentText(halfPastTwo, halfPastTwo + 86_400_000, englishForTests)).toBe("1 May 2026, 14:30");
});

it("includes the date after midnight, even if it is minutes away", () => {
  const midnight = Date.UTC(2026, 4, 1, 23, 0);
  expect(momentText(midnight - 60_000, midnight + 60_000, englishForTests)).toBe("1 May 2026, 23:59");
});

it.each([
  [-5, "0 s"],
  [12_400, "12 s"],
  [245_000, "4 min 5 s"],
  [3_600_000, "1 h"],
  [86_400_000, "1 day"],
  [2 * 86_400_000 + 3 * 3_600_000 + 61_000, "2 days 3 h"],
])("writes %d ms as %j", (ms, text) => {
  expect(durationText(ms, englishForTests)).toBe(text);
});

it("writes a position in a recording", () => {
  expect([timecode(245_900), timecode(3_723_000)]).toEqual(["4:05", "1:02:03"]);
});
