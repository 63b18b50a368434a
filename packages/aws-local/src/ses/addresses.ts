import { AwsError } from "../endpoint/aws-json.ts";

/** The outcome of a mail at an address. */
export type MailOutcome =
  | "delivered"
  /** Delivered, and marked as spam. */
  | "complained"
  /** Delivered, and answered automatically. */
  | "out_of_office"
  | "bounced"
  /** Not tried: the address is on the list that all accounts share. */
  | "suppressed"
  /** Not tried: the address is on the account's own list, because a mail to it bounced or caused a complaint. */
  | "suppressed_here_bounce"
  | "suppressed_here_complaint";

export const isDelivered = (outcome: MailOutcome): boolean =>
  outcome === "delivered" || outcome === "complained" || outcome === "out_of_office";

const simulated: Readonly<Record<string, MailOutcome>> = {
  success: "delivered",
  bounce: "bounced",
  complaint: "complained",
  ooto: "out_of_office",
  suppressionlist: "suppressed",
};

/**
 * The mailbox simulator's outcome for an address, with or without a label (`bounce+1@…`); undefined for any other address
 * (https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html).
 */
export function simulatedOutcome(address: string): MailOutcome | undefined {
  const [, name = ""] = /^(\w+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address) ?? [];
  const known = name.toLowerCase();
  return Object.hasOwn(simulated, known) ? simulated[known] : undefined;
}

/** The address in `Name <address>`, or the whole text; the name is only for people. */
export const plainAddress = (text: string): string => (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();

/**
 * Reads an address as SES accepts it, only in ASCII; throws SES's errors for any other. The whole may have 320 characters
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html).
 */
export function readAddress(text: string): string {
  const address = plainAddress(text);
  const at = address.lastIndexOf("@");
  if (at < 0 || at === address.length - 1) throw refused("Missing final '@domain'");
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (!/^[\x21-\x7e]+$/.test(local) || local.length > 64)
    throw refused("Local address contains control or whitespace");
  if (!/^[\x21-\x7e]+$/.test(domain)) throw refused("Domain contains control or whitespace");
  if (/[@<>,;:()[\]\\"]/.test(domain) || /[<>,;:()[\]\\]/.test(local)) throw refused("Illegal address");
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(domain)) throw refused("Domain contains illegal character");
  if (address.length > 320) throw refused("Address length is more than 320 characters long");
  return address;
}

const refused = (why: string) => new AwsError("BadRequestException", why);
