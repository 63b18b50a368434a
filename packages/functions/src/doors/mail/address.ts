import { domainToASCII } from "node:url";

/** Whom a mail is from: a name that people read, if there is one, and an address. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

const LONGEST = 254;
const LONGEST_LOCAL = 64;

const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** What may stand before Punycode: neither a delimiter nor what the conversion itself would decode or drop. */
const domainAsWritten = /^[\p{L}\p{M}\p{N}.-]+$/u;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An address as mail servers take it, its domain in Punycode; undefined if it is none. A local part in quotes or beyond
 * ASCII is refused: libraries have sent the former elsewhere (https://github.com/nodemailer/nodemailer/issues/1766), and
 * SES takes neither (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html).
 */
export function asciiAddress(address: string): string | undefined {
  if (address.length > LONGEST) return undefined;
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(0, at));
  const written = address.slice(at + 1);
  if (local.length > LONGEST_LOCAL || !localPart.test(local) || !domainAsWritten.test(written))
    return undefined;
  const domain = domainToASCII(written);
  const labels = domain.split(".");
  if (labels.length < 2 || !labels.every((part) => label.test(part))) return undefined;
  // The last label of a name is never a number; what ends in one is an IP address.
  if (/^\d+$/.test(labels.at(-1)!)) return undefined;
  const ascii = `${local}@${domain}`;
  return ascii.length > LONGEST ? undefined : ascii;
}

/** Whether mail can be sent to an address: one address, without a name, in a form that SES and SMTP servers take. */
export const isAddress = (address: string): boolean => asciiAddress(address) !== undefined;

/** Reads `a@example.com` or `Callboard <a@example.com>`, as a setting has it. Throws if it is neither. */
export function readMailbox(text: string): Mailbox {
  const [, name = "", between] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = asciiAddress(between ?? text.trim());
  const told = name.trim().replace(/^"(.*)"$/, "$1");
  if (address === undefined || /\p{Cc}/u.test(told))
    throw new Error("a sender is an address, or a name with an address in <>");
  return told === "" ? { address } : { name: told, address };
}

/** The domain of an address that was read before. */
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
