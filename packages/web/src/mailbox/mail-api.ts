/** A mail as this machine answers it. */
export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** Empty where it has none; so is `html`. */
  readonly text: string;
  readonly html: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly attachments: readonly MailFile[];
}

export interface MailFile {
  readonly contentId?: string;
  readonly contentType: string;
  readonly filename?: string;
  readonly bytes: number;
}

/** What the mailbox asks of its machine. */
export interface MailApi {
  /** What came after a mail, or all; rejects when the server does not answer. */
  after(id: string | undefined): Promise<readonly Mail[]>;
}

const ANSWER_MS = 5_000;

/** `base` is where the pages are. */
export const mailApi = (base: URL, fetch: typeof globalThis.fetch): MailApi => ({
  async after(id) {
    const address = new URL("dev/mail", base);
    if (id !== undefined) address.searchParams.set("after", id);
    const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return (await response.json()) as readonly Mail[];
  },
});

/** Where a mail's HTML is, as a page that runs nothing. */
export const pageOf = ({ id }: Mail): string => `./dev/mail/${encodeURIComponent(id)}`;

/** Where a file of a mail is: by its content id, or by its place among the mail's files. */
export const addressOf = (mail: Mail, { contentId }: MailFile, at: number): string =>
  `${pageOf(mail)}/${encodeURIComponent(contentId ?? String(at))}`;

/** The files that are not shown within the mail itself, each with its place. */
export const filesBeside = ({ html, attachments }: Mail): (readonly [MailFile, number])[] =>
  attachments
    .map((file, at) => [file, at] as const)
    .filter(([{ contentId }]) => contentId === undefined || !html.includes(contentId));
