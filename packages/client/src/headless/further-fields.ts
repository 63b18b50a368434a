import { isPictureField } from "@callboard/protocol";
import { isJsonObject } from "./same-json.ts";

/** A text, a boolean, or a number that may be a price; pages write them by the reader's locale. */
export type PlainPart =
  | { readonly shows: "text"; readonly text: string }
  | { readonly shows: "boolean"; readonly value: boolean }
  | {
      readonly shows: "number";
      readonly value: number;
      /** An ISO 4217 code. */
      readonly currency: string | undefined;
    };

/** A further field of a proposal, by how to show it. */
export type FurtherPart =
  | PlainPart
  /** The URL of a link or a picture, and its host; the host is empty for a picture inside its URL. */
  | { readonly shows: "link" | "picture"; readonly url: string; readonly host: string }
  | { readonly shows: "list"; readonly parts: readonly PlainPart[] }
  | { readonly shows: "json"; readonly value: unknown };

/** One further field of a proposal. */
export type FurtherField = { readonly name: string; readonly label: string } & FurtherPart;

/** The limits of what is shown: fields, parts of a list, characters of a part. */
const MAX_FIELDS = 12;
const MAX_PARTS = 12;
const MAX_LETTERS = 2000;

/**
 * The fields of a proposal other than its title, safe to show on a page of that origin: links lead only to
 * pages, and pictures come over HTTPS or from the page's own host. `left` is the number of fields not shown.
 */
export function furtherFields(
  more: Readonly<Record<string, unknown>> | undefined,
  origin?: string,
): { fields: FurtherField[]; left: number } {
  const said = Object.entries(more ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const currency = currencyOf(more);
  const shown = said.filter(([name]) => !(name === "currency" && currency !== undefined && hasPrice(more)));
  return {
    fields: shown.slice(0, MAX_FIELDS).map(([name, value]) => ({
      name,
      label: labelOfName(name),
      ...partOf(name, value, origin, isPrice(name) ? currency : undefined),
    })),
    left: Math.max(0, shown.length - MAX_FIELDS),
  };
}

/** A field's name as a label: `unitPrice` becomes `Unit price`. */
function labelOfName(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[-_.\s]+/g, " ")
    .trim();
  return words === "" ? name : words[0]!.toUpperCase() + words.slice(1);
}

function partOf(
  name: string,
  value: unknown,
  origin: string | undefined,
  currency: string | undefined,
): FurtherPart {
  if (typeof value === "string") {
    const picture = isPictureField(name, value) ? pictureAt(value, origin) : undefined;
    return picture ?? linkTo(value) ?? { shows: "text", text: cut(value) };
  }
  const plain = plainPart(value, currency) ?? priceOf(value);
  if (plain) return plain;
  if (Array.isArray(value) && value.length <= MAX_PARTS) {
    const parts = value.map((part) => plainPart(part, currency));
    if (parts.every((part) => part !== undefined)) return { shows: "list", parts };
  }
  return { shows: "json", value };
}

/** Undefined for a value that has parts. */
function plainPart(value: unknown, currency: string | undefined): PlainPart | undefined {
  switch (typeof value) {
    case "string":
      return { shows: "text", text: cut(value) };
    case "boolean":
      return { shows: "boolean", value };
    case "number":
      return { shows: "number", value, currency };
    default:
      return undefined;
  }
}

/** Reads `{ amount, currency }` and similar objects as one price. */
function priceOf(value: unknown): PlainPart | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 2) return undefined;
  const amount = Object.hasOwn(value, "amount") ? value.amount : value.value;
  const currency = currencyOf(value);
  if (typeof amount !== "number" || currency === undefined) return undefined;
  return { shows: "number", value: amount, currency };
}

const isPrice = (name: string): boolean => /price|cost|amount|total|fee/i.test(name);
const hasPrice = (more: Readonly<Record<string, unknown>> | undefined): boolean =>
  Object.entries(more ?? {}).some(([name, value]) => isPrice(name) && typeof value === "number");

function currencyOf(more: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const code = more !== undefined && Object.hasOwn(more, "currency") ? more.currency : undefined;
  return typeof code === "string" && /^[A-Za-z]{3}$/.test(code) ? code.toUpperCase() : undefined;
}

/** Pictures come over HTTPS, from the page's own host, or inside the value itself. */
function pictureAt(value: string, origin: string | undefined): FurtherPart | undefined {
  const page = origin === undefined ? undefined : urlOf(origin);
  const url = urlOf(page && /^\/(?!\/)/.test(value) ? `${page.origin}${value}` : value);
  if (!url) return undefined;
  if (url.protocol === "data:")
    return /^data:image\//i.test(value) ? { shows: "picture", url: value, host: "" } : undefined;
  const isOwn = url.protocol === "http:" && url.hostname === page?.hostname;
  if (url.protocol !== "https:" && !isOwn) return undefined;
  return { shows: "picture", url: url.href, host: url.host };
}

/** Links lead to pages, never to code that a browser would run. */
function linkTo(value: string): FurtherPart | undefined {
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

function cut(text: string): string {
  if (text.length <= MAX_LETTERS) return text;
  return `${[...text.slice(0, 2 * MAX_LETTERS)].slice(0, MAX_LETTERS - 1).join("")}…`;
}
