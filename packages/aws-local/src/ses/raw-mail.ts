import type { Address } from "postal-mime";
import { AwsError } from "../endpoint/aws-json.ts";
import type { MailContent } from "./mail.ts";

/** A mail as it was sent over the wire, and the recipients in its own headers. */
export interface RawMail {
  readonly content: MailContent;
  /** From `To`, `Cc` and `Bcc`; plain addresses. */
  readonly recipients: readonly string[];
}

/** AWS's limit: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const MAX_DEPTH = 500;

/**
 * Reads a MIME mail, as tolerantly as mail programs do. `Bcc` is read and not stored, because recipients must not see it.
 */
export async function readRawMail(bytes: Uint8Array): Promise<RawMail> {
  const { default: PostalMime, decodeWords } = await import("postal-mime");
  const email = await PostalMime.parse(bytes, { maxNestingDepth: MAX_DEPTH }).catch((cause: Error) => {
    throw new AwsError("BadRequestException", `The message cannot be read: ${cause.message}`);
  });
  const { from, subject = "", text = "", html = "", headers, attachments } = email;
  return {
    content: {
      from: from ? written(from) : "",
      subject,
      text,
      html,
      headers: headers
        .filter(({ key }) => key !== "bcc")
        .map(({ originalKey, value }) => ({ name: originalKey, value: decodeWords(value) })),
      files: attachments.map(({ contentId, filename, mimeType, content }) => {
        // A long name may be an encoded word, in parts.
        const id = contentId && decodeWords(contentId.replace(/^<|>$/g, "")).trim();
        return {
          contentType: mimeType,
          content: typeof content === "string" ? Buffer.from(content) : new Uint8Array(content),
          ...(id ? { contentId: id } : {}),
          ...(filename ? { filename } : {}),
        };
      }),
    },
    recipients: [email.to, email.cc, email.bcc].flatMap((all = []) => all.flatMap(addressesIn)),
  };
}

const addressesIn = (address: Address): string[] =>
  (address.group ?? [address]).map((one) => one.address ?? "").filter((one) => one !== "");

const written = ({ name, address = "" }: Address): string => (name ? `${name} <${address}>` : address);
