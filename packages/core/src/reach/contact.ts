import { defined, type NoticeLanguage } from "@callboard/protocol";
import type { Contact } from "../ports/index.ts";

const claimNames = ["email", "locale", "zoneinfo"];

/**
 * What a token's claims say of reaching its user; undefined where they do not speak of it, as those of most access tokens
 * do not. What is not as it should be is left out, and an address that the issuer does not say to be verified.
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

const longestAddress = 254;
const longestLocal = 64;
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * An address that mail can be sent to: of ASCII, without quotes, comments or a name around it, at a domain with a dot,
 * whose letters become small. Undefined for anything else.
 */
export function readAddress(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > longestAddress) return undefined;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  if (at < 1 || local.length > longestLocal || !LOCAL.test(local)) return undefined;
  const domain = text.slice(at + 1);
  const labels = domain.split(".");
  const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return isDomain && !/^\d+$/.test(labels.at(-1)!) ? `${local}@${domain.toLowerCase()}` : undefined;
}

const longestTag = 100;

/** The language of a tag such as `ja-JP`, `en_US` or `ja`, where people are told in it. */
export function readLanguage(tag: unknown): NoticeLanguage | undefined {
  if (typeof tag !== "string" || tag.length > longestTag) return undefined;
  const [language] = tag.toLowerCase().split(/[-_.]/);
  return language === "en" || language === "ja" ? language : undefined;
}

const longestZone = 60;
const ZONE = /^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/;
/** What machines know some of as the zone of one of those who use it, or without its summer time. */
const ABBREVIATION = /^(?!UTC$|UCT$|GMT$)[a-z]{3}$/i;

/** Names that were found to be those of zones, by how they were written: there are no more than some thousand. */
const zones = new Map<string, string>();
const mostZones = 5000;

/**
 * The name of a time zone that the machine knows, as IANA writes it but for names that have become others'. An offset
 * (`+09:00`) is none, since it does not tell when clocks change; nor is an abbreviation or a name of Windows'.
 */
export function readZone(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > longestZone || !ZONE.test(text)) return undefined;
  if (ABBREVIATION.test(text)) return undefined;
  const known = zones.get(text) ?? zoneOfMachine(text);
  if (known !== undefined && zones.size < mostZones) zones.set(text, known);
  return known;
}

function zoneOfMachine(text: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions();
    // It may call Asia/Kolkata by its former name; of the same name it knows the letters.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
