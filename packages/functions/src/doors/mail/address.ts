import { domainToASCII } from "node:url";
import { readAddress } from "@callboard/core";

/** The sender of a mail: a name for people, if there is one, and an address. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** What may precede Punycode conversion: no delimiter, and nothing that the conversion itself would decode or drop. */
const domainAsWritten = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * An address as mail servers accept it, with its domain in Punycode; undefined if it is not valid. A local part in quotes
 * or beyond ASCII is refused: libraries have sent the former to other addresses
 * (https://github.com/nodemailer/nodemailer/issues/1766), and SES accepts neither
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html).
 */
export function asciiAddress(address: string): string | undefined {
  const domain = domainOf(address);
  if (!domainAsWritten.test(domain)) return undefined;
  return readAddress(address.slice(0, address.length - domain.length) + domainToASCII(domain));
}

const MAX_NAME_LENGTH = 100;

/** What `readMailbox` accepts, in words. */
export const MAILBOX_RULE = "an address, or a name with an address in <>";

/** Reads a setting such as `a@example.com` or `Callboard <a@example.com>`; undefined if it is not valid. */
export function readMailbox(text: string): Mailbox | undefined {
  const [, before = "", between] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = asciiAddress(between ?? text.trim());
  const name = before.trim().replace(/^"(.*)"$/, "$1");
  if (address === undefined || name.length > MAX_NAME_LENGTH || /\p{Cc}/u.test(name)) return undefined;
  return name === "" ? { address } : { name, address };
}

/** The part of an address after the last @. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

/**
 * Most bytes of one encoded word's text: with its base64 and delimiters it has at most 75 characters (RFC 2047, section
 * 2).
 */
const WORD_BYTES = 45;

/** A mailbox as a header value in ASCII. A name beyond ASCII becomes encoded words, which never split a character. */
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
