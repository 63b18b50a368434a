import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { MailFile, MailHeader } from "./mail.ts";

type Input = Readonly<Record<string, unknown>>;

const MAX_TEXT_LENGTH = 4096;

/** A text member; undefined when it is absent. */
export function textIn(input: Input, name: string, most = MAX_TEXT_LENGTH): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw refused(`${name} must be a string.`);
  if (value.length > most) throw refused(`${name} must have length less than or equal to ${most}.`);
  return value;
}

export function objectIn(input: Input, name: string): Input | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && !isObject(value)) throw refused(`${name} must be an object.`);
  return value;
}

/** A member that is a list of texts; empty when it is absent. */
export function listIn(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (
    !Array.isArray(value) ||
    !value.every((one) => typeof one === "string" && one.length <= MAX_TEXT_LENGTH)
  )
    throw refused(`${name} must be a list of strings.`);
  return value;
}

/** The mail's further headers: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html */
export function headersIn(message: Input): MailHeader[] {
  return membersOf(message, "Headers", 15).map((header) => {
    const name = textIn(header, "Name", 126) ?? "";
    const value = textIn(header, "Value", 995) ?? "";
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) throw refused(`The name of a header is not valid: ${name}`);
    if (!/^[ -~]+$/.test(value)) throw refused(`The value of the header ${name} must be printable ASCII.`);
    return { name, value };
  });
}

/** The mail's files: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Attachment.html */
export function attachmentsIn(message: Input): MailFile[] {
  return membersOf(message, "Attachments", 500).map((attachment) => {
    const filename = textIn(attachment, "FileName", 255);
    const content = textIn(attachment, "RawContent", Number.POSITIVE_INFINITY);
    if (!filename) throw refused("FileName of an attachment is required.");
    if (content === undefined) throw refused("RawContent of an attachment is required.");
    const disposition = textIn(attachment, "ContentDisposition") ?? "ATTACHMENT";
    if (disposition !== "ATTACHMENT" && disposition !== "INLINE")
      throw refused("ContentDisposition must be ATTACHMENT or INLINE.");
    const encoding = textIn(attachment, "ContentTransferEncoding") ?? "BASE64";
    if (!["BASE64", "QUOTED_PRINTABLE", "SEVEN_BIT"].includes(encoding))
      throw refused("ContentTransferEncoding must be BASE64, QUOTED_PRINTABLE or SEVEN_BIT.");
    textIn(attachment, "ContentDescription", 1000);
    const contentId = textIn(attachment, "ContentId", 78)?.replace(/^<|>$/g, "");
    if (contentId === "") throw refused("ContentId must have 1 to 78 characters.");
    return {
      filename,
      contentType: textIn(attachment, "ContentType", 78) || typeOf(filename),
      content: Buffer.from(content, "base64"),
      ...(contentId === undefined ? {} : { contentId }),
    };
  });
}

const typesByEnding: Readonly<Record<string, string>> = {
  csv: "text/csv",
  gif: "image/gif",
  html: "text/html",
  ics: "text/calendar",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  webp: "image/webp",
};

/** A file without a type gets the type of its name's extension. */
function typeOf(filename: string): string {
  const ending = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? "";
  return (Object.hasOwn(typesByEnding, ending) && typesByEnding[ending]) || "application/octet-stream";
}

function membersOf(message: Input, name: string, most: number): Input[] {
  const value = message[name] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw refused(`${name} must be a list of objects.`);
  if (value.length > most) throw refused(`${name} must have length less than or equal to ${most}.`);
  return value;
}

const refused = (why: string) => new AwsError("BadRequestException", why);
