/** A header of a mail as it was written, but unfolded; a name may stand there more than once. */
export interface MailHeader {
  readonly name: string;
  readonly value: string;
}

/** A file of a mail: what is told of it, without its content. */
export interface MailAttachment {
  /** Without the angle brackets, as `cid:` names it; a file that is not referred to may have none. */
  readonly contentId?: string;
  readonly contentType: string;
  readonly filename?: string;
  /** How many there are. */
  readonly bytes: number;
}

/** A mail in the mailbox. */
export interface Mail {
  /** The `MessageId` that the sender was told. */
  readonly id: string;
  /** When it was accepted, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** As its header has it, else the envelope's sender. */
  readonly from: string;
  /** The addresses that it reached, parted by `, `: those of `Cc` and `Bcc` among them, and none that bounced. */
  readonly to: string;
  readonly subject: string;
  /** Empty where it has none; so is `html`. */
  readonly text: string;
  readonly html: string;
  readonly headers: readonly MailHeader[];
  readonly attachments: readonly MailAttachment[];
}

/** A file of a mail with its content. */
export interface MailFile extends Omit<MailAttachment, "bytes"> {
  readonly content: Uint8Array;
}

/** What somebody sends, read whole. */
export interface MailContent extends Pick<Mail, "from" | "subject" | "text" | "html" | "headers"> {
  readonly files: readonly MailFile[];
}

/** Who sends it, and to whom; plain addresses. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** The most that a mail may have once it is encoded: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
export const LARGEST_MAIL = 40 * 1024 * 1024;
/** The most recipients of one mail, `Cc` and `Bcc` counted. */
export const MOST_RECIPIENTS = 50;

/** What a mail takes in the mailbox, in bytes. */
export function bytesOf({ subject, text, html, headers, files }: MailContent): number {
  const texts = [subject, text, html, ...headers.flatMap(({ name, value }) => [name, value])];
  const written = texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  return files.reduce((sum, { content }) => sum + content.byteLength, written);
}

/** The value of a header, whatever the case of its name; undefined when there is none. */
export const headerOf = (headers: readonly MailHeader[], name: string): string | undefined =>
  headers.find((header) => header.name.toLowerCase() === name)?.value;
