import type { Locale } from "./time.ts";

/** One further field of a proposal, as it is shown. */
export type FurtherField = { readonly name: string; readonly label: string } & (
  | { readonly shows: "text"; readonly text: string }
  /** Where a link leads, and whose host that is. */
  | { readonly shows: "link" | "picture"; readonly url: string; readonly host: string }
  | { readonly shows: "list"; readonly texts: readonly string[] }
  | { readonly shows: "json"; readonly text: string }
);

/** So many are shown; of a list so many parts, each of so many characters. */
const mostFields = 12;
const mostParts = 12;
const mostLetters = 2000;

/** What a source says of a proposal beside its title, as a page of that origin shows it. */
export function furtherFields(
  more: Readonly<Record<string, unknown>> | undefined,
  { origin, locale }: { origin: string } & Locale,
): { fields: FurtherField[]; left: number } {
  const said = Object.entries(more ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const currency = currencyOf(more);
  const shown = said.filter(([name]) => !(name === "currency" && currency !== undefined && hasPrice(more)));
  return {
    fields: shown.slice(0, mostFields).map(([name, value]) => ({
      name,
      label: labelOfName(name),
      ...shownAs(name, value, { origin, locale, currency: isPrice(name) ? currency : undefined }),
    })),
    left: Math.max(0, shown.length - mostFields),
  };
}

/** A field's name as people read it: `unitPrice` is `Unit price`. */
function labelOfName(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[-_.\s]+/g, " ")
    .trim();
  return words === "" ? name : words[0]!.toUpperCase() + words.slice(1);
}

type Shown =
  | { shows: "text" | "json"; text: string }
  | { shows: "link" | "picture"; url: string; host: string }
  | { shows: "list"; texts: string[] };

interface How {
  origin: string;
  locale: string | undefined;
  currency: string | undefined;
}

function shownAs(name: string, value: unknown, how: How): Shown {
  const plain = plainText(value, how);
  if (typeof value === "string") {
    if (isPicture(name, value)) {
      const picture = pictureOf(value, how.origin);
      if (picture) return picture;
    }
    return linkOf(value) ?? { shows: "text", text: cut(value) };
  }
  if (plain !== undefined) return { shows: "text", text: plain };
  const money = moneyText(value, how);
  if (money !== undefined) return { shows: "text", text: money };
  if (Array.isArray(value) && value.length <= mostParts) {
    const texts = value.map((part) => plainText(part, how));
    if (texts.every((text) => text !== undefined)) return { shows: "list", texts };
  }
  return { shows: "json", text: jsonText(value) };
}

/** A text, a number or a yes or no; undefined for what has parts. */
function plainText(
  value: unknown,
  { locale, currency }: Pick<How, "locale" | "currency">,
): string | undefined {
  switch (typeof value) {
    case "string":
      return cut(value);
    case "boolean":
      return value ? "yes" : "no";
    case "number":
      return numberText(value, locale, currency);
    default:
      return undefined;
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

/** `{ amount, currency }` and its like, as one price. */
function moneyText(value: unknown, { locale }: How): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { amount = (value as { value?: unknown }).value, currency } = value as {
    amount?: unknown;
    currency?: unknown;
  };
  const known = currencyOf({ currency });
  if (typeof amount !== "number" || known === undefined || Object.keys(value).length !== 2) return undefined;
  return numberText(amount, locale, known);
}

const isPrice = (name: string): boolean => /price|cost|amount|total|fee/i.test(name);
const hasPrice = (more: Readonly<Record<string, unknown>> | undefined): boolean =>
  Object.entries(more ?? {}).some(([name, value]) => isPrice(name) && typeof value === "number");

/** A currency's code as ISO 4217 has them, when there is one. */
function currencyOf(more: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const code = more !== undefined && Object.hasOwn(more, "currency") ? more.currency : undefined;
  return typeof code === "string" && /^[A-Za-z]{3}$/.test(code) ? code.toUpperCase() : undefined;
}

const isPicture = (name: string, value: string): boolean =>
  /image|picture|photo|thumbnail|poster|logo|icon|avatar/i.test(name) || /^data:image\//i.test(value);

/** Pictures come encrypted, from the page's own host, or within the value itself. */
function pictureOf(value: string, origin: string): Shown | undefined {
  const url = urlOf(/^\/(?!\/)/.test(value) ? `${origin}${value}` : value);
  if (!url) return undefined;
  if (url.protocol === "data:")
    return /^data:image\//i.test(value) ? { shows: "picture", url: value, host: "" } : undefined;
  const isOwn = url.protocol === "http:" && url.hostname === new URL(origin).hostname;
  if (url.protocol !== "https:" && !isOwn) return undefined;
  return { shows: "picture", url: url.href, host: url.host };
}

/** Links lead to pages, and to nothing that a browser would run. */
function linkOf(value: string): Shown | undefined {
  const url = urlOf(value);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return undefined;
  return { shows: "link", url: url.href, host: url.host };
}

function urlOf(value: string): URL | undefined {
  if (!/^(https?|data):\S+$/i.test(value)) return undefined;
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

function jsonText(value: unknown): string {
  try {
    return cut(JSON.stringify(value, null, 2) ?? String(value));
  } catch {
    return "It is too deep to be shown.";
  }
}

function cut(text: string): string {
  if (text.length <= mostLetters) return text;
  return `${[...text.slice(0, 2 * mostLetters)].slice(0, mostLetters - 1).join("")}…`;
}
