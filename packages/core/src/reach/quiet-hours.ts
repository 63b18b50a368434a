import type { Reach } from "../ports/index.ts";
import { zoneOf } from "./doors.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Until when a person is not to be disturbed, in milliseconds; undefined: they may be notified now. Quiet hours begin
 * when the clocks of their zone reach `from`, and end when they next reach `to`: one period each day, even when clocks
 * change. If a day has a time twice, the first one counts; if it skips the time, the moment of the change counts.
 */
export function quietUntil(reach: Reach, now: number): number | undefined {
  const { quiet } = reach.own;
  if (!quiet) return undefined;
  const { dayOf, instantOf } = clockOf(zoneOf(reach));
  const today = dayOf(now);
  const nights = quiet.from > quiet.to ? 1 : 0;
  let until = now;
  // When a change of clocks removes the time between two periods, the first continues as the second.
  for (const day of [today - 1, today, today + 1])
    if (instantOf(day, quiet.from) <= until) until = Math.max(until, instantOf(day + nights, quiet.to));
  return until === now ? undefined : until;
}

/** Reads the clocks of a zone. Days are counted from 1970-01-01. */
function clockOf(zone: string) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

  /** How far the clocks are ahead of UTC. */
  function offsetAt(at: number): number {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = part as Record<string, number>;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(at / 1000) * 1000;
  }

  /** When the clocks first reach a time of the day; if they skip it, when they skip. */
  function instantOf(day: number, minutes: number): number {
    const shown = day * DAY_MS + minutes * MINUTE_MS;
    const offsets = [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)];
    const times = offsets.map((offset) => shown - offset);
    const found = times.filter((at) => at + offsetAt(at) === shown);
    return found.length > 0 ? Math.min(...found) : changeBetween(Math.min(...times), Math.max(...times));
  }

  /** The moment between two times at which the clocks change. */
  function changeBetween(from: number, to: number): number {
    const before = offsetAt(from);
    let [early, late] = [from, to];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (offsetAt(middle) === before) early = middle;
      else late = middle;
    }
    return late;
  }

  return { dayOf: (at: number) => Math.floor((at + offsetAt(at)) / DAY_MS), instantOf };
}
