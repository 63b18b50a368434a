import type { PlainPart } from "@callboard/client/headless";
import type { Words } from "../words/words.ts";

/** A text, a number or a boolean, as its locale writes it. */
export function partText(part: PlainPart, { locale, common: { values } }: Words): string {
  switch (part.shows) {
    case "text":
      return part.text;
    case "boolean":
      return part.value ? values.yes : values.no;
    case "number":
      return numberText(part.value, locale, part.currency);
  }
}

function numberText(value: number, locale: string, currency: string | undefined): string {
  const far = Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-6);
  if (currency !== undefined && !far)
    return new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 6 }).format(
      value,
    );
  const notation = far ? ("scientific" as const) : ("standard" as const);
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 15, notation }).format(value);
}

const MAX_LETTERS = 2000;

/** A nested value as JSON, at most 2,000 characters. */
export function jsonText(value: unknown, { common: { values } }: Words): string {
  try {
    const text = JSON.stringify(value, null, 2) ?? String(value);
    if (text.length <= MAX_LETTERS) return text;
    return `${[...text.slice(0, 2 * MAX_LETTERS)].slice(0, MAX_LETTERS - 1).join("")}…`;
  } catch {
    return values.tooDeep;
  }
}
