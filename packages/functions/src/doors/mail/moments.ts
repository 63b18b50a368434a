import { days } from "@callboard/protocol";
import type { MailTexts } from "./words/en.ts";

/** A time in a person's time zone, with day and zone: mail is read on other days, and forwarded to other zones. */
export function momentText(at: number, zone: string, words: MailTexts): string {
  return formatOf(zone, words)
    .format(at)
    .replace(/[\u202f\u00a0]/g, " ");
}

function formatOf(timeZone: string, { locale }: MailTexts): Intl.DateTimeFormat {
  const style: Intl.DateTimeFormatOptions = {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  };
  try {
    return new Intl.DateTimeFormat(locale, { ...style, timeZone });
  } catch {
    // This Node does not know the zone; the text names the zone that it uses.
    return new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" });
  }
}

/** The time left, in its two largest units down to minutes. */
export function leftText(ms: number, { left }: MailTexts): string {
  const minutes = Math.floor(ms / 60_000);
  const parts = [
    [Math.floor(ms / days(1)), left.days],
    [Math.floor(minutes / 60) % 24, left.hours],
    [minutes % 60, left.minutes],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return left.little;
  const [larger, smaller] = parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, text]) => text(amount));
  return smaller === undefined ? larger! : left.both(larger!, smaller);
}
