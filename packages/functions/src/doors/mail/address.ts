import { domainToASCII } from "node:url";
import { readAddress } from "@callboard/core";

/** Whom a mail is from: a name that people read, if there is one, and an address. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** What may stand before Punycode: neither a delimiter nor what the conversion itself would decode or drop. */
const domainAsWritten = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * An address as mail servers take it, its domain in Punycode; undefined if it is none. A local part in quotes or beyond
 * ASCII is refused: libraries have sent the former elsewhere (https://github.com/nodemailer/nodemailer/issues/1766), and
 * SES takes neither (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html).
 */
export function asciiAddress(address: string): string | undefined {
  const domain = domainOf(address);
  if (!domainAsWritten.test(domain)) return undefined;
  return readAddress(address.slice(0, address.length - domain.length) + domainToASCII(domain));
}

const LONGEST_NAME = 100;

/** What `readMailbox` takes, in words. */
export const mailboxRule = "an address, or a name with an address in <>";

/** Reads `a@example.com` or `Callboard <a@example.com>`, as a setting has it; undefined if it is neither. */
export function readMailbox(text: string): Mailbox | undefined {
  const [, before = "", between] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = asciiAddress(between ?? text.trim());
  const name = before.trim().replace(/^"(.*)"$/, "$1");
  if (address === undefined || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) return undefined;
  return name === "" ? { address } : { name, address };
}

/** What stands behind the last @ of an address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

/** Bytes of one encoded word's text: its base64 with what stands around it is at most 75 characters (RFC 2047, section 2). */
const WORD_BYTES = 45;

/** A mailbox as a header has it, in ASCII: a name that is not becomes encoded words, which part no character. */
export function mailboxHeader({ name, address }: Mailbox): string {
  if (name === undefined) return address;
  if (/^[\x20-\x7e]*$/.test(name)) return `"${name.replace(/["\\]/g, "\\$&")}" <${address}>`;
  const words: string[] = [];
  let word = "";
  for (const sign of name) {
    if (Buffer.byteLength(word + sign) > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += sign;
  }
  const encoded = [...words, word].map((text) => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`);
  return `${encoded.join(" ")} <${address}>`;
}
