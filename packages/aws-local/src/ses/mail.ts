/** A header of a mail as it was written, but unfolded; a name may occur more than once. */
export interface MailHeader {
  readonly name: string;
  readonly value: string;
}

/** A file of a mail, without its content. */
export interface MailAttachment {
  /** Without the angle brackets, as in `cid:`; a file without a reference may have none. */
  readonly contentId?: string;
  readonly contentType: string;
  readonly filename?: string;
  /** Number of bytes. */
  readonly bytes: number;
}

/** A mail in the mailbox. */
export interface Mail {
  /** The `MessageId` that the sender got. */
  readonly id: string;
  /** When it was accepted, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** From its header, else the envelope's sender. */
  readonly from: string;
  /** The addresses that it reached, separated by `, `: with those of `Cc` and `Bcc`, and without any that bounced. */
  readonly to: string;
  readonly subject: string;
  /** Empty if it has none; so is `html`. */
  readonly text: string;
  readonly html: string;
  readonly headers: readonly MailHeader[];
  readonly attachments: readonly MailAttachment[];
}

/** A file of a mail with its content. */
export interface MailFile extends Omit<MailAttachment, "bytes"> {
  readonly content: Uint8Array;
}

/** A mail to send, completely read. */
export interface MailContent extends Pick<Mail, "from" | "subject" | "text" | "html" | "headers"> {
  readonly files: readonly MailFile[];
}

/** The sender and the recipients; plain addresses. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** The largest encoded mail: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
export const MAX_MAIL_SIZE = 40 * 1024 * 1024;
/** Most recipients of one mail, including `Cc` and `Bcc`. */
export const MAX_RECIPIENTS = 50;

/** The size of a mail in the mailbox, in bytes. */
export function bytesOf({ subject, text, html, headers, files }: MailContent): number {
  const texts = [subject, text, html, ...headers.flatMap(({ name, value }) => [name, value])];
  const written = texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  return files.reduce((sum, { content }) => sum + content.byteLength, written);
}

/** The value of a header, by its name in any case; undefined when there is none. */
export const headerOf = (headers: readonly MailHeader[], name: string): string | undefined =>
  headers.find((header) => header.name.toLowerCase() === name)?.value;
