import { expect, it } from "vitest";
import { isDate, localMoment, localTime, momentOf, timeOf } from "./moment-text.ts";

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

it("reads the value of a browser's time field, in the reader's time zone", () => {
  expect(timeOf("14:30", 120)).toBe("14:30:00+02:00");
  expect(timeOf("14:30:15.5", -210)).toBe("14:30:15.5-03:30");
  expect(timeOf("14:30", 0)).toBe("14:30:00Z");
  expect(timeOf("14:30:00+02:00", 60)).toBe("14:30:00+02:00");
  for (const text of ["24:00", "7:30", "14:60", "soon", "14:30+02:00"])
    expect(timeOf(text, 0)).toBeUndefined();
});

it.each([
  ["14:30:00Z", 120, "16:30"],
  ["23:30:05+02:00", -60, "20:30:05"],
  ["00:15:00+05:45", 0, "18:30"],
  ["14:30", 120, "14:30"],
  ["soon", 120, "soon"],
])("shows the time %s at an offset of %d minutes as %s", (text, offset, shown) => {
  expect(localTime(text, offset)).toBe(shown);
});

it("reads a moment without an offset in the reader's time zone, and keeps others unchanged", () => {
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
