/** A mail, as this machine returns it. */
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

/** The requests of the mailbox to its machine. */
export interface MailApi {
  /** The mails after one, or all; rejects when the server does not answer. */
  after(id: string | undefined): Promise<readonly Mail[]>;
}

const ANSWER_MS = 5_000;

/** `base` is the address of the pages. */
export const mailApi = (base: URL, fetch: typeof globalThis.fetch): MailApi => ({
  async after(id) {
    const address = new URL("dev/mail", base);
    if (id !== undefined) address.searchParams.set("after", id);
    const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return (await response.json()) as readonly Mail[];
  },
});

/** The address of a mail's HTML, as a page that runs no script. */
export const pageOf = ({ id }: Mail): string => `./dev/mail/${encodeURIComponent(id)}`;

/** The address of a mail's file: by its content id, or by its position. */
export const addressOf = (mail: Mail, { contentId }: MailFile, at: number): string =>
  `${pageOf(mail)}/${encodeURIComponent(contentId ?? String(at))}`;

/** The files that are not shown inside the mail, each with its position. */
export const filesBeside = ({ html, attachments }: Mail): (readonly [MailFile, number])[] =>
  attachments
    .map((file, at) => [file, at] as const)
    .filter(([{ contentId }]) => contentId === undefined || !html.includes(contentId));
