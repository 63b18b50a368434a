import { createHash } from "node:crypto";
import type { Addressee, Clock, DoorOutcome, MailDoor, Notice } from "@callboard/core";
import { asciiAddress, domainOf, MAILBOX_RULE, readMailbox } from "./mail/address.ts";
import { confirmationContent, type MailContent, noticeContent } from "./mail/mail-content.ts";
import { htmlPage, type Pictures } from "./mail/page.ts";
import { type FetchPicture, gatherPictures } from "./mail/pictures.ts";
import { plainText } from "./mail/plain-text.ts";
import type { Mail, Mailer } from "./mailers/mailer.ts";

/** The parts of the mail door. */
export interface MailDoorOptions {
  readonly mailer: Mailer;
  readonly fetchPicture: FetchPicture;
  readonly clock: Clock;
  /** The address of the pages: `https:`, or `http:` on this machine. */
  readonly pagesUrl: string;
  /** The address of the HTTP API; a POST to `unsubscribe/<token>` there turns the door off. */
  readonly apiUrl: string;
  /** `a@example.com` or `Callboard <a@example.com>`. */
  readonly from: string;
}

/**
 * SES accepts values of up to 870 characters.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html
 */
const MAX_HEADER_LENGTH = 870;

/**
 * Sends notices by mail, in text and HTML. The mail links only to pages, and opening or scanning it answers nothing. Only
 * mail programs use the unsubscribe address, with a POST. Throws at once if `from` or an address is not valid.
 */
export function mailDoor(options: MailDoorOptions): MailDoor {
  const { mailer, fetchPicture, clock } = options;
  const sender = readMailbox(options.from);
  if (!sender) throw new Error(`a sender is ${MAILBOX_RULE}`);
  const from = { name: "Callboard", ...sender };
  const pagesUrl = webAddress(options.pagesUrl);
  const apiUrl = webAddress(options.apiUrl);
  const domain = domainOf(from.address);

  async function post(
    address: string,
    content: MailContent,
    pictures: Pictures,
    rest: Pick<Mail, "headers" | "messageId">,
  ): Promise<DoorOutcome> {
    const to = asciiAddress(address);
    if (to === undefined) return { outcome: "refused", reason: "bad_address" };
    return mailer.send({
      from,
      to,
      subject: content.subject,
      text: plainText(content),
      html: htmlPage(content, pictures),
      pictures: [...pictures.values()],
      ...rest,
      headers: [...automatic, ...rest.headers],
    });
  }

  return {
    async send({ address }, notice) {
      const content = noticeContent(notice, { pagesUrl, now: clock.now() });
      const addresses = content.questions.flatMap(({ candidates }) =>
        candidates.flatMap(({ picture }) => picture ?? []),
      );
      const seal = sealOf(notice.id);
      const pictures = await gatherPictures(addresses, { fetchPicture, clock, seal });
      return post(address, content, pictures, {
        messageId: `<${/^[\w-]{1,100}$/.test(notice.id) ? notice.id : seal}@${domain}>`,
        headers: [...unsubscribing(notice, apiUrl), ...threading(notice, domain)],
      });
    },

    async confirm({ address }, to, code) {
      if (!/^\d{6}$/.test(code)) throw new RangeError("a code is six digits");
      const apart = ["X-Entity-Ref-ID", sealOf(`${to.user} ${clock.now()}`)] as const;
      return post(address, confirmationContent(to, code), new Map(), { headers: [apart] });
    },
  };
}

/** Asks machines not to answer automatically. https://www.rfc-editor.org/rfc/rfc3834#section-5 */
const automatic: Mail["headers"] = [
  ["Auto-Submitted", "auto-generated"],
  ["X-Auto-Response-Suppress", "All"],
];

/** One-click unsubscribe in the mail program. https://www.rfc-editor.org/rfc/rfc8058 */
function unsubscribing({ unsubscribeToken }: Notice, apiUrl: string): Mail["headers"] {
  const value = `<${apiUrl}/unsubscribe/${encodeURIComponent(unsubscribeToken)}>`;
  if (value.length > MAX_HEADER_LENGTH) return [];
  return [
    ["List-Unsubscribe", value],
    ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"],
  ];
}

/**
 * All mails to a person about one question refer to one id that no mail has: SES gives each mail an id of its own, so a
 * reminder cannot refer to the first mail by its id. `X-Entity-Ref-ID` tells Gmail to keep a digest out of threads; it
 * must be missing where a thread is wanted.
 */
function threading({ id, occasion, questions, to }: Notice, domain: string): Mail["headers"] {
  const [question, ...more] = questions;
  if (question === undefined || more.length > 0) return [["X-Entity-Ref-ID", sealOf(id)]];
  const root = `<${threadOf(question.requestId, to)}@${domain}>`;
  return [["References", root], ...(occasion === "reminded" ? [["In-Reply-To", root] as const] : [])];
}

const threadOf = (requestId: string, { user }: Addressee): string => sealOf(`${requestId} ${user}`);

/** 128 bits of a hash: the same for the same text, and it reveals nothing of the text. */
const sealOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** An address from a setting, without a slash at the end. Throws if it is not a web address. */
function webAddress(text: string): string {
  if (!/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : ""))
    throw new Error("pages and API are where https: says");
  return new URL(text).href.replace(/\/+$/, "");
}
