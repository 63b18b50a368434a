import { expect, it } from "vitest";
import { isDate, localMoment, momentOf, timeOf } from "./moment-text.ts";

it.each([
  ["2026-02-28", true],
  ["2024-02-29", true],
  ["0001-01-01", true],
  ["2026-02-29", false],
  ["2026-13-01", false],
  ["2026-1-1", false],
  ["28.02.2026", false],
])("whether %s is a day: %s", (text, right) => {
  expect(isDate(text)).toBe(right);
});

it("takes what a browser's field gives for a time", () => {
  expect(timeOf("14:30")).toBe("14:30:00");
  expect(timeOf("14:30:15.5")).toBe("14:30:15.5");
  expect(timeOf("14:30:00+02:00")).toBe("14:30:00+02:00");
  for (const text of ["24:00", "7:30", "14:60", "soon"]) expect(timeOf(text)).toBeUndefined();
});

it("takes a moment without an offset as one of the reader's time zone, and leaves others as they are", () => {
  const local = momentOf("2026-01-31T14:30")!;
  expect(local).toMatch(/^2026-0[12]-\d\dT\d\d:\d\d:00Z$/);
  expect(new Date(local)).toEqual(new Date(2026, 0, 31, 14, 30));
  expect(momentOf("2026-01-31T14:30:00+02:00")).toBe("2026-01-31T14:30:00+02:00");
  for (const text of ["2026-02-30T14:30", "2026-01-31", "2026-01-31T25:00", "now"])
    expect(momentOf(text)).toBeUndefined();
});

it("shows a moment in the reader's time zone, and the same moment comes back", () => {
  for (const text of ["2026-01-31T13:30:00Z", "2026-07-31T23:59:07Z"])
    expect(momentOf(localMoment(text))).toBe(text);
  expect(localMoment("2026-01-31T14:30")).toBe("2026-01-31T14:30");
  expect(localMoment("nonsense")).toBe("nonsense");
});
