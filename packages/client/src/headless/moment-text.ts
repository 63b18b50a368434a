const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/i;
const OFFSET = /(z|[+-]\d\d:\d\d)$/i;

/** Whether a text is an existing date: `2026-02-28`. */
export function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/**
 * A time of day with seconds and offset, in the format of JSON Schema's `time`. `offsetMinutes` is used for a
 * text without an offset. Undefined when the text is not a time.
 */
export function timeOf(text: string, offsetMinutes: number): string | undefined {
  const time = withSeconds(text);
  return time === undefined || OFFSET.test(time) ? time : `${time}${offsetText(offsetMinutes)}`;
}

/** A time of day on a clock with that offset, in the format of its input field: `14:30`. */
export function localTime(text: string, offsetMinutes: number): string {
  const [, hours, minutes, rest = "", sign, offHours, offMinutes] =
    /^(\d\d):(\d\d)(.*?)(?:z|([+-])(\d\d):(\d\d))$/i.exec(text) ?? [];
  if (hours === undefined) return text;
  const own = (Number(offHours ?? 0) * 60 + Number(offMinutes ?? 0)) * (sign === "-" ? -1 : 1);
  const day = 24 * 60;
  const shown = (((Number(hours) * 60 + Number(minutes) - own + offsetMinutes) % day) + day) % day;
  return `${two(Math.floor(shown / 60))}:${two(shown % 60)}${rest === ":00" ? "" : rest}`;
}

function withSeconds(text: string): string | undefined {
  const whole = /^\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  return TIME.test(whole) ? whole : undefined;
}

function offsetText(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const two = (n: number): string => String(n).padStart(2, "0");

/**
 * A moment with its offset from UTC, in the format of JSON Schema's `date-time`. A text without an offset is
 * read in the reader's time zone. Undefined when the text is not a moment.
 */
export function momentOf(text: string): string | undefined {
  const [, day = "", time = ""] = /^(\S{10})[Tt](\S+)$/.exec(text) ?? [];
  const whole = withSeconds(time);
  if (!isDate(day) || whole === undefined) return undefined;
  if (OFFSET.test(whole)) return text;
  const local = new Date(`${day}T${whole}`);
  return Number.isNaN(local.getTime()) ? undefined : local.toISOString().replace(".000Z", "Z");
}

/** A moment in the reader's time zone, in the format of its input field: `2026-01-31T14:30`. */
export function localMoment(text: string): string {
  const date = OFFSET.test(text) ? new Date(text) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) return text;
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() === 0 ? "" : `:${two(date.getSeconds())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}
