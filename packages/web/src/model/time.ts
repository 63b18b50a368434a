import { days } from "@callboard/protocol";
import type { Words } from "../words/words.ts";

interface Formats {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
  readonly dayAndTime: Intl.DateTimeFormat;
  readonly exact: Intl.DateTimeFormat;
  readonly dayAndExact: Intl.DateTimeFormat;
}

/** Making a formatter takes longer than using it a hundred times. */
const made = new WeakMap<Words, Formats>();

function formatsOf(words: Words): Formats {
  const known = made.get(words);
  if (known) return known;
  const formatOf = (style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(words.locale, { ...style, timeZone: words.timeZone });
  const formats = {
    day: formatOf({ dateStyle: "short" }),
    time: formatOf({ timeStyle: "short" }),
    dayAndTime: formatOf({ dateStyle: "medium", timeStyle: "short" }),
    exact: formatOf({ timeStyle: "medium" }),
    dayAndExact: formatOf({ dateStyle: "medium", timeStyle: "medium" }),
  };
  made.set(words, formats);
  return formats;
}

/** A moment as text: the time of day, with the date when it is not today. */
export function momentText(at: number, now: number, words: Words): string {
  const { time, dayAndTime } = formatsOf(words);
  return (isSameDay(at, now, words) ? time : dayAndTime).format(at);
}

/** The same with seconds. */
export function exactMomentText(at: number, now: number, words: Words): string {
  const { exact, dayAndExact } = formatsOf(words);
  return (isSameDay(at, now, words) ? exact : dayAndExact).format(at);
}

function isSameDay(at: number, now: number, words: Words): boolean {
  const { day } = formatsOf(words);
  return Math.abs(at - now) < days(1) && day.format(at) === day.format(now);
}

/** A duration in its two largest units: `2 days 3 h`, `4 min 5 s`, `12 s`. */
export function durationText(ms: number, { common: { durations } }: Words): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), durations.days],
    [Math.floor((seconds % 86_400) / 3600), durations.hours],
    [Math.floor((seconds % 3600) / 60), durations.minutes],
    [seconds % 60, durations.seconds],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return durations.seconds(0);
  const [larger, smaller] = parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, text]) => text(amount));
  return smaller === undefined ? larger! : durations.both(larger!, smaller);
}

/** A time in a recording: `1:02:03`, `4:05`. */
export function timecode(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
