import { days, defined } from "@callboard/protocol";

/** Where and how times are read; the browser's own by default. */
export interface Locale {
  locale?: string | undefined;
  timeZone?: string | undefined;
}

/** A moment as people say it: the time of day, with the date when it is another day than `now`'s. */
export function momentText(at: number, now: number, { locale, timeZone }: Locale = {}): string {
  const zone = defined({ timeZone });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "short", ...zone });
  const sameDay = Math.abs(at - now) < days(1) && day.format(at) === day.format(now);
  const style = sameDay
    ? ({ timeStyle: "short" } as const)
    : ({ dateStyle: "medium", timeStyle: "short" } as const);
  return new Intl.DateTimeFormat(locale, { ...style, ...zone }).format(at);
}

/** A length of time in its two largest units: `2 days 3 h`, `4 min 5 s`, `12 s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [
    [days, days === 1 ? " day" : " days"],
    [hours, " h"],
    [minutes, " min"],
    [seconds % 60, " s"],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(" ");
}

/** A time within a recording: `1:02:03`, `4:05`. */
export function timecode(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
