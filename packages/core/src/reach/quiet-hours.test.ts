import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../testing/runs.ts";
import { quietUntil } from "./quiet-hours.ts";
import { anasReach } from "./testing/reach.ts";

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const reachIn = (zone: string, from: number, to: number) => anasReach({ own: { zone, quiet: { from, to } } });

/** Until when it is quiet at a time, both in ISO 8601. */
function until(zone: string, quiet: string, at: string): string | undefined {
  const [from = "", to = ""] = quiet.split("-");
  const end = quietUntil(reachIn(zone, minutesOf(from), minutesOf(to)), Date.parse(at));
  return end === undefined ? undefined : new Date(end).toISOString();
}

describe("quiet hours", () => {
  it.each([
    ["within a day", "12:00-13:30", "2026-01-10T03:00:00Z", "2026-01-10T04:30:00.000Z"],
    ["to the minute before they end", "12:00-13:30", "2026-01-10T04:29:59.999Z", "2026-01-10T04:30:00.000Z"],
    ["not when they end", "12:00-13:30", "2026-01-10T04:30:00Z", undefined],
    ["not before they begin", "12:00-13:30", "2026-01-10T02:59:59.999Z", undefined],
    ["before midnight", "22:00-07:00", "2026-01-10T13:00:00Z", "2026-01-10T22:00:00.000Z"],
    ["after midnight", "22:00-07:00", "2026-01-10T15:00:00Z", "2026-01-10T22:00:00.000Z"],
    ["not by day", "22:00-07:00", "2026-01-10T03:00:00Z", undefined],
    ["until midnight", "22:00-00:00", "2026-01-10T14:59:00Z", "2026-01-10T15:00:00.000Z"],
    ["from midnight", "00:00-07:00", "2026-01-09T15:00:00Z", "2026-01-09T22:00:00.000Z"],
  ])("are %s", (_when, quiet, at, end) => {
    expect(until("Asia/Tokyo", quiet, at)).toBe(end);
  });

  it("may be all hours of a day but one", () => {
    expect(until("America/New_York", "20:00-19:00", "2026-01-10T20:00:00Z")).toBe("2026-01-11T00:00:00.000Z");
    expect(until("Asia/Tokyo", "20:00-19:00", "2026-01-10T20:00:00Z")).toBe("2026-01-11T10:00:00.000Z");
  });

  it("do not exist unless they are chosen", () => {
    expect(quietUntil(anasReach(), 0)).toBeUndefined();
    expect(quietUntil(anasReach({ own: { quiet: { from: 60, to: 60 } } }), 3_600_000)).toBeUndefined();
  });

  it("follow the clocks of the zone, or UTC if none is known", () => {
    const own = { quiet: { from: 0, to: 60 } };
    expect(quietUntil(anasReach({ issuer: {}, own }), Date.UTC(2026, 0, 1, 0, 30))).toBe(
      Date.UTC(2026, 0, 1, 1),
    );
    expect(quietUntil(anasReach({ own }), Date.UTC(2026, 0, 1, 0, 30))).toBeUndefined();
  });

  // The same in summer as in winter (henrygd/beszel 1825, iNPUTmice/Conversations 2679).
  it.each([
    ["America/New_York", "2026-07-01T23:30:00Z", "2026-07-02T03:00:00.000Z"],
    ["America/New_York", "2026-01-15T23:30:00Z", undefined],
    ["America/New_York", "2026-01-16T00:30:00Z", "2026-01-16T04:00:00.000Z"],
    ["Europe/Berlin", "2026-11-15T18:30:00Z", "2026-11-15T22:00:00.000Z"],
    ["Europe/Berlin", "2026-06-15T17:30:00Z", "2026-06-15T21:00:00.000Z"],
  ])("are from seven to eleven in the evening in %s at %s", (zone, at, end) => {
    expect(until(zone, "19:00-23:00", at)).toBe(end);
  });

  it.each([
    [
      "last an hour less in the night that loses one",
      "Europe/Berlin",
      "22:00-07:00",
      "2026-03-28T21:30:00Z",
      "2026-03-29T05:00:00.000Z",
    ],
    [
      "last an hour more in the night that has one twice",
      "Europe/Berlin",
      "22:00-07:00",
      "2026-10-24T20:30:00Z",
      "2026-10-25T06:00:00.000Z",
    ],
    [
      "end with the change where their end is skipped",
      "Europe/Berlin",
      "22:00-02:30",
      "2026-03-28T22:00:00Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "begin with the change where their beginning is skipped",
      "Europe/Berlin",
      "02:30-06:00",
      "2026-03-29T01:00:00Z",
      "2026-03-29T04:00:00.000Z",
    ],
    [
      "are none where all of them is skipped",
      "Europe/Berlin",
      "02:10-02:50",
      "2026-03-29T01:00:00Z",
      undefined,
    ],
    [
      "end at the first of two times",
      "Europe/Berlin",
      "22:00-02:30",
      "2026-10-25T00:10:00Z",
      "2026-10-25T00:30:00.000Z",
    ],
    [
      "do not come again with the second of them",
      "Europe/Berlin",
      "22:00-02:30",
      "2026-10-25T01:10:00Z",
      undefined,
    ],
    [
      "begin at the first of two times and continue through the second",
      "Europe/Berlin",
      "02:30-04:00",
      "2026-10-25T01:10:00Z",
      "2026-10-25T03:00:00.000Z",
    ],
    [
      "end with a midnight that does not exist",
      "America/Santiago",
      "22:00-00:00",
      "2026-09-06T03:30:00Z",
      "2026-09-06T04:00:00.000Z",
    ],
    [
      "know half an hour",
      "Australia/Lord_Howe",
      "22:00-07:00",
      "2026-10-03T12:00:00Z",
      "2026-10-03T20:00:00.000Z",
    ],
    [
      "know a day that does not exist",
      "Pacific/Apia",
      "22:00-07:00",
      "2011-12-30T08:30:00Z",
      "2011-12-30T17:00:00.000Z",
    ],
  ])("%s", (_what, zone, quiet, at, end) => {
    expect(until(zone, quiet, at)).toBe(end);
  });

  const zones = [
    "UTC",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Antarctica/Troll",
  ];
  const minute = fc.integer({ min: 0, max: 1439 });
  const time = fc.integer({ min: Date.UTC(2010), max: Date.UTC(2037) });
  const case_ = fc.record({ zone: fc.constantFrom(...zones), from: minute, to: minute, at: time });
  const dayMs = 86_400_000;

  /** What the clocks show, in minutes of the day. */
  function shownAt(zone: string, at: number): number {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    return minutesOf(format.format(at).replace(/^24/, "00"));
  }

  it("end at the given time, in any zone", () => {
    fc.assert(
      fc.property(case_, fc.double({ min: 0, max: 1, noNaN: true }), ({ zone, from, to, at }, part) => {
        const reach = reachIn(zone, from, to);
        const end = quietUntil(reach, at);
        if (end === undefined) return;
        expect(end).toBeGreaterThan(at);
        // A day, the largest change of clocks, and the day that Samoa left out.
        expect(end - at).toBeLessThanOrEqual(2 * dayMs + 3_600_000);
        expect(quietUntil(reach, end)).toBeUndefined();
        expect(quietUntil(reach, Math.min(end - 1, Math.floor(at + part * (end - at))))).toBe(end);
      }),
      { numRuns: runs(300) },
    );
  });

  it("are while the clocks show a time between the two, except in nights when clocks change", () => {
    fc.assert(
      fc.property(case_, ({ zone, from, to, at }) => {
        const offsets = new Set([-2, -1, 0, 1, 2].map((days) => shownAt(zone, at + days * dayMs)));
        fc.pre(offsets.size === 1);
        const shown = shownAt(zone, at);
        const isQuiet = from < to ? from <= shown && shown < to : from > to && (shown >= from || shown < to);
        const end = quietUntil(reachIn(zone, from, to), at);
        expect(end !== undefined).toBe(isQuiet);
        if (end !== undefined) expect(shownAt(zone, end)).toBe(to);
      }),
      { numRuns: runs(300) },
    );
  });
});
