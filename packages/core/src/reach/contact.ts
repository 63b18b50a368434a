import { defined, type NoticeLanguage } from "@callboard/protocol";
import type { Contact } from "../ports/index.ts";

const claimNames = ["email", "locale", "zoneinfo"];

/**
 * How to reach the user of a token, by its claims; undefined if they say nothing about it, as in most access tokens.
 * Invalid claims are left out, and so is an address that the issuer does not mark as verified.
 * https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
export function contactOf(claims: Readonly<Record<string, unknown>>): Contact | undefined {
  if (claimNames.every((name) => claims[name] === undefined)) return undefined;
  return defined({
    address: claims.email_verified === true ? readAddress(claims.email) : undefined,
    lang: readLanguage(claims.locale),
    zone: readZone(claims.zoneinfo),
  }) as Contact;
}

const MAX_ADDRESS_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Reads a mail address: ASCII, without quotes, comments or a display name, at a domain with a dot; letters of the
 * domain become lower case. Undefined for any other text.
 */
export function readAddress(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > MAX_ADDRESS_LENGTH) return undefined;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  if (at < 1 || local.length > MAX_LOCAL_LENGTH || !LOCAL.test(local)) return undefined;
  const domain = text.slice(at + 1);
  const labels = domain.split(".");
  const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return isDomain && !/^\d+$/.test(labels.at(-1)!) ? `${local}@${domain.toLowerCase()}` : undefined;
}

const MAX_TAG_LENGTH = 100;

/** The language of a tag such as `ja-JP`, `en_US` or `ja`, if notices exist in it. */
export function readLanguage(tag: unknown): NoticeLanguage | undefined {
  if (typeof tag !== "string" || tag.length > MAX_TAG_LENGTH) return undefined;
  const [language] = tag.toLowerCase().split(/[-_.]/);
  return language === "en" || language === "ja" ? language : undefined;
}

const MAX_ZONE_LENGTH = 60;
const ZONE = /^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/;
/**
 * Abbreviations: machines map some of them to the zone of only one country that uses them, or without daylight saving
 * time.
 */
const ABBREVIATION = /^(?!UTC$|UCT$|GMT$)[a-z]{3}$/i;

/** Valid zone names, by the way they were written; there are only some thousand. */
const zones = new Map<string, string>();
const MAX_ZONES = 5000;

/**
 * Reads the name of a time zone that the machine knows, in IANA's spelling; a former name of a zone is kept. An offset
 * (`+09:00`) is refused, because it does not say when clocks change; so are abbreviations and Windows' names.
 */
export function readZone(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > MAX_ZONE_LENGTH || !ZONE.test(text)) return undefined;
  if (ABBREVIATION.test(text)) return undefined;
  const known = zones.get(text) ?? zoneOfMachine(text);
  // Stryker disable next-line ConditionalExpression,LogicalOperator,EqualityOperator: it only saves time
  if (known !== undefined && zones.size < MAX_ZONES) zones.set(text, known);
  return known;
}

function zoneOfMachine(text: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions();
    // The machine may return a former name such as Asia/Calcutta for Asia/Kolkata; if the names are equal, its spelling
    // is used.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return undefined;
  }
}
