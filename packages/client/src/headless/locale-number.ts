import { readJson } from "@callboard/protocol";

/** A text read as a number. When it is ambiguous, both readings are returned, never a guess. */
export type NumberReading =
  | { readonly read: "number"; readonly value: number }
  | { readonly read: "either"; readonly readings: readonly [string, string] }
  /** It is a number, but too large or with too many digits for JavaScript. */
  | { readonly read: "lost" }
  | { readonly read: "nothing" };

interface Signs {
  readonly decimal: string;
  readonly group: string;
  /** Whether groups before the last three digits have two digits, as in India. */
  readonly pairs: boolean;
  readonly digits: readonly string[];
}

const known = new Map<string, Signs>();

/** How a locale writes numbers; the machine's own locale if there is no such locale. */
function signsOf(locale: string | undefined): Signs {
  const kept = known.get(locale ?? "");
  if (kept) return kept;
  const format = formatOf(locale);
  const parts = format.formatToParts(12345678.9);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value.normalize("NFKC") ?? "";
  const signs: Signs = {
    decimal: sign("decimal") || ".",
    group: sign("group"),
    pairs: parts.filter((part) => part.type === "group").length > 2,
    digits: [...formatOf(locale, false).format(9876543210)].reverse(),
  };
  known.set(locale ?? "", signs);
  return signs;
}

function formatOf(locale: string | undefined, useGrouping = true): Intl.NumberFormat {
  const options: Intl.NumberFormatOptions = { useGrouping, maximumFractionDigits: 20 };
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat(undefined, options);
  }
}

/** A number as the locale writes it, without groups and with every digit. */
export const numberText = (value: number, locale: string | undefined): string =>
  String(value).replace(".", signsOf(locale).decimal);

/**
 * Reads a number as its locale writes it, or as other locales do if it is unambiguous. `12,50` and `12.50`
 * are 12.5 everywhere. `1.234` is more than a thousand in German but a little over one in English; an
 * ambiguous text is read as neither.
 */
export function readNumberText(text: string, locale: string | undefined): NumberReading {
  const signs = signsOf(locale);
  const plain = [
    ...text
      .normalize("NFKC")
      .replace(/[\u200e\u200f\u061c]/g, "")
      .trim(),
  ]
    .map((char) => (signs.digits.includes(char) ? String(signs.digits.indexOf(char)) : char))
    .join("")
    .replace("−", "-");
  const [, sign = "", body, power] =
    /^([+-]?)([\d.,٫٬'’ ]*\d[\d.,٫٬'’ ]*)(?:e([+-]?\d+))?$/i.exec(plain) ?? [];
  if (body === undefined) return { read: "nothing" };
  const decimals = decimalSigns(body, signs, power !== undefined);
  const readings = decimals
    .map((decimal) => literalOf(body, decimal, signs))
    .filter((literal) => literal !== undefined)
    .map((literal) => `${sign === "-" ? "-" : ""}${literal}${power === undefined ? "" : `e${power}`}`);
  const [one, other] = readings;
  if (one === undefined) return { read: "nothing" };
  if (other !== undefined)
    return { read: "either", readings: [numberText(Number(one), locale), numberText(Number(other), locale)] };
  // Adding zero turns minus zero into zero, as JSON does.
  return readJson(one)?.lost.length === 0 ? { read: "number", value: Number(one) + 0 } : { read: "lost" };
}

/** The possible decimal signs; undefined means that there is none. Two when it is ambiguous. */
function decimalSigns(body: string, signs: Signs, scientific: boolean): readonly (string | undefined)[] {
  if (body.includes("٫")) return ["٫"];
  const marks = [...body].filter((char) => char === "." || char === ",");
  const last = marks.at(-1);
  if (last === undefined) return [undefined];
  const others = new Set(marks).size === 2;
  if (marks.filter((mark) => mark === last).length > 1) return [undefined];
  if (others || scientific || last === signs.decimal) return [last];
  const likeGroups = /^[1-9]\d{0,2}[.,]\d{3}$/.test(body);
  if (!likeGroups) return [last];
  return last === signs.group ? [undefined] : [undefined, last];
}

/**
 * The number literal of a body with that decimal sign; undefined when its groups do not have three digits.
 */
function literalOf(body: string, decimal: string | undefined, signs: Signs): string | undefined {
  const at = decimal === undefined ? body.length : body.lastIndexOf(decimal);
  const [whole, part] = [body.slice(0, at), body.slice(at + 1)];
  if (!/^\d*$/.test(part)) return undefined;
  const marks = new Set(whole.replace(/\d/g, ""));
  if (marks.size > 1) return undefined;
  const [mark] = marks;
  if (mark !== undefined) {
    const [first = "", ...groups] = whole.split(mark);
    const last = groups.pop() ?? "";
    const middle = signs.pairs && mark === signs.group ? /^\d{2,3}$/ : /^\d{3}$/;
    if (!/^[1-9]\d{0,2}$/.test(first) || !/^\d{3}$/.test(last)) return undefined;
    if (!groups.every((group) => middle.test(group))) return undefined;
  }
  // JSON allows no zeros before the first digit.
  return `${whole.replace(/\D/g, "").replace(/^0+/, "") || "0"}${part === "" ? "" : `.${part}`}`;
}

/** How a text was read, if it does not look the same: for `1.234` in German, 1234. */
export function readAs(text: string, locale: string | undefined): string | undefined {
  const reading = readNumberText(text, locale);
  if (reading.read !== "number") return undefined;
  const shown = numberText(reading.value, locale);
  return /[.,٫٬'’\s]/.test(text.trim()) && shown !== text.trim() ? shown : undefined;
}
