import type { PlainPart } from "@callboard/client/headless";
import type { Locale } from "./time.ts";

/** A text, a number or a yes or no, as its reader writes it. */
export function partText(part: PlainPart, { locale }: Locale = {}): string {
  switch (part.shows) {
    case "text":
      return part.text;
    case "boolean":
      return part.value ? "yes" : "no";
    case "number":
      return numberText(part.value, locale, part.currency);
  }
}

function numberText(value: number, locale: string | undefined, currency: string | undefined): string {
  const far = Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-6);
  if (currency !== undefined && !far)
    return new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 6 }).format(
      value,
    );
  const notation = far ? ("scientific" as const) : ("standard" as const);
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 15, notation }).format(value);
}

const mostLetters = 2000;

/** What has parts of its own, as JSON of at most 2,000 characters. */
export function jsonText(value: unknown): string {
  try {
    const text = JSON.stringify(value, null, 2) ?? String(value);
    if (text.length <= mostLetters) return text;
    return `${[...text.slice(0, 2 * mostLetters)].slice(0, mostLetters - 1).join("")}…`;
  } catch {
    return "It is too deep to be shown.";
  }
}
