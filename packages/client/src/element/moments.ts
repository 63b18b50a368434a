import { days } from "@callboard/protocol";

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A duration in its two largest units, as the locale writes it. */
export function durationText(ms: number, locale: string | undefined): string {
  let left = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of units) {
    const amount = Math.floor(left / seconds);
    left -= amount * seconds;
    if (amount > 0 || (unit === "second" && parts.length === 0))
      parts.push(new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(amount));
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ");
}

/** A moment: the time of day, with the date when it is not today. */
export function momentText(at: number, now: number, locale: string | undefined): string {
  const isToday = Math.abs(at - now) < days(1) && new Date(at).getDate() === new Date(now).getDate();
  const options = { ...(isToday ? {} : ({ dateStyle: "medium" } as const)), timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(locale, options).format(at);
}
