import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { plainAddress, readAddress } from "./addresses.ts";
import {
  bytesOf,
  type Envelope,
  MAX_MAIL_SIZE,
  MAX_RECIPIENTS,
  type MailContent,
  type MailHeader,
} from "./mail.ts";
import { readRawMail } from "./raw-mail.ts";
import { attachmentsIn, headersIn, listIn, objectIn, textIn } from "./send-email-parts.ts";

/** The input of SendEmail: a mail, its recipients, and additional data for its events. */
export interface EmailRequest {
  readonly envelope: Envelope;
  readonly content: MailContent;
  readonly configurationSet: string | undefined;
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads the input of SendEmail; throws SES's errors for invalid input. There are no templates and no contact lists here,
 * so none is ever found (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html).
 */
export async function readSendEmail(input: unknown): Promise<EmailRequest> {
  if (!isObject(input)) throw refused("The request is not an object.");
  const content = objectIn(input, "Content");
  if (!content) throw refused("Content is required.");
  const kinds = ["Simple", "Raw", "Template"].filter((kind) => content[kind] != null);
  if (kinds.length !== 1) throw refused("Exactly one of Simple, Raw and Template is required.");
  if (kinds[0] === "Template") throw noTemplate(objectIn(content, "Template")!);
  const lists = objectIn(input, "ListManagementOptions");
  if (lists) throw notFound(`List with name: ${textIn(lists, "ContactListName") ?? ""} doesn't exist.`);
  const forEvents = { configurationSet: textIn(input, "ConfigurationSetName"), tags: tagsIn(input) };
  const read = kinds[0] === "Raw" ? await readRaw(input, content) : readSimple(input, content);
  checkSize(read.content);
  return { ...read, ...forEvents };
}

/** Refuses a mail over AWS's limits; SMTP has the same. */
export function checkRecipients(recipients: readonly string[]): void {
  if (recipients.length === 0) throw refused("Must have at least one recipient");
  if (recipients.length > MAX_RECIPIENTS) throw refused(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
}

function checkSize(content: MailContent): void {
  const files = content.files.reduce((sum, { content: { byteLength } }) => sum + byteLength, 0);
  // Files are encoded in base64.
  const bytes = bytesOf(content) + Math.ceil(files / 3);
  if (bytes > MAX_MAIL_SIZE) throw tooLong(bytes);
}

export const tooLong = (bytes: number): AwsError =>
  refused(`Message length is more than ${MAX_MAIL_SIZE} bytes long: '${bytes}'.`);

type Input = Readonly<Record<string, unknown>>;
type Read = Pick<EmailRequest, "envelope" | "content">;

/** Without a destination or a sender, those in the message's own headers are used. */
async function readRaw(input: Input, content: Input): Promise<Read> {
  const data = textIn(objectIn(content, "Raw")!, "Data", Number.POSITIVE_INFINITY);
  if (!data) throw refused("Raw.Data is required.");
  const bytes = Buffer.from(data, "base64");
  if (bytes.byteLength > MAX_MAIL_SIZE) throw tooLong(bytes.byteLength);
  const raw = await readRawMail(bytes);
  const sender = textIn(input, "FromEmailAddress");
  const from = sender ?? raw.content.from;
  const { to, cc, bcc } = destinationOf(input);
  const named = [...to, ...cc, ...bcc];
  const recipients = (named.length > 0 ? named : raw.recipients).map(readAddress);
  checkRecipients(recipients);
  return {
    envelope: { from: readAddress(from), to: [...new Set(recipients)] },
    content: raw.content.from ? raw.content : { ...raw.content, from },
  };
}

function readSimple(input: Input, content: Input): Read {
  const simple = objectIn(content, "Simple")!;
  const from = textIn(input, "FromEmailAddress");
  if (!from) throw refused("FromEmailAddress is required.");
  const sender = readAddress(from);
  const { to, cc, bcc } = destinationOf(input);
  const recipients = [...to, ...cc, ...bcc].map(readAddress);
  checkRecipients(recipients);
  const subject = dataIn(simple, "Subject");
  if (subject === undefined) throw refused("Subject is required.");
  if (/[\r\n]/.test(subject)) throw refused("Header field 'Subject' contains a line break.");
  const body = objectIn(simple, "Body");
  const text = body && dataIn(body, "Text");
  const html = body && dataIn(body, "Html");
  if (text === undefined && html === undefined) throw refused("Body needs Text, Html or both.");
  const own: readonly (readonly [string, readonly string[]])[] = [
    ["From", [from]],
    ["Reply-To", listIn(input, "ReplyToAddresses")],
    ["To", to],
    ["Cc", cc],
    ["Subject", [subject]],
  ];
  const headers: MailHeader[] = own
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => ({ name, value: values.join(", ") }));
  return {
    envelope: { from: sender, to: [...new Set(recipients)] },
    content: {
      from,
      subject,
      text: text ?? "",
      html: html ?? "",
      headers: [...headers, ...headersIn(simple)],
      files: attachmentsIn(simple),
    },
  };
}

function destinationOf(input: Input) {
  const destination = objectIn(input, "Destination") ?? {};
  return {
    to: listIn(destination, "ToAddresses"),
    cc: listIn(destination, "CcAddresses"),
    bcc: listIn(destination, "BccAddresses"),
  };
}

/** `{ Data, Charset }`: JSON is Unicode in any case; the charset is for writing the mail. */
const dataIn = (input: Input, name: string): string | undefined => {
  const content = objectIn(input, name);
  if (!content) return undefined;
  const data = textIn(content, "Data", Number.POSITIVE_INFINITY);
  if (data === undefined) throw refused(`${name}.Data is required.`);
  return data;
};

function tagsIn(input: Input): Record<string, string[]> {
  const tags: Record<string, string[]> = Object.create(null);
  const given = input.EmailTags ?? [];
  if (!Array.isArray(given) || given.length > 50) throw refused("EmailTags must be a list of 50 at most.");
  for (const tag of given) {
    const { Name, Value } = isObject(tag) ? tag : {};
    if (![Name, Value].every((one) => typeof one === "string" && /^[\w.@-]{1,256}$/.test(one)))
      throw refused("A tag's Name and Value have 1 to 256 letters, digits, and _ - . @");
    const name = Name as string;
    tags[name] = [...(tags[name] ?? []), Value as string];
  }
  return tags;
}

function noTemplate(template: Input): AwsError {
  if (template.TemplateContent != null) return refused("Templates are not supported here.");
  return notFound(
    `Template ${textIn(template, "TemplateName") ?? textIn(template, "TemplateArn") ?? ""} does not exist.`,
  );
}

/** The domain of a sender, as in events. */
export const domainOf = (sender: string): string => plainAddress(sender).split("@").at(-1) ?? "";

const refused = (why: string) => new AwsError("BadRequestException", why);
const notFound = (why: string) => new AwsError("NotFoundException", why, 404);
