import type { BusEvent, PauseReason } from "@callboard/protocol";
import * as z from "zod/mini";
import type { Producer } from "./producer.ts";

const SOURCE = "aws.ses";
const BOUNCED = "Email Bounced";
const COMPLAINED = "Email Complaint Received";

/**
 * SES: outcomes of accepted mails, on the account's default bus, whatever their sender
 * (https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html). It is for `notify`.
 */
export const mailFeedback: Producer = {
  bus: "default",
  rules: () => [
    {
      name: "mail-feedback",
      only: "mail",
      pattern: { source: [SOURCE], "detail-type": [BOUNCED, COMPLAINED] },
      target: "notify",
    },
  ],
  matches: ({ source }) => source === SOURCE,
  translate: () => [],
};

const Recipients = z.optional(z.array(z.object({ emailAddress: z.string() })));

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
const Feedback = z.object({
  mail: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })) }),
  bounce: z.optional(z.object({ bounceType: z.string(), bouncedRecipients: Recipients })),
  complaint: z.optional(
    z.object({ complainedRecipients: Recipients, complaintFeedbackType: z.optional(z.unknown()) }),
  ),
});

/** Feedback that comes as a complaint but is none: a "not spam" report, and a failed authentication of the sender. */
const noComplaints: readonly unknown[] = ["not-spam", "auth-failure"];

/** An address that Callboard must not send mails to. */
export interface MailFeedback {
  /** The mail's unsubscribe token, which names the person. */
  readonly token: string;
  readonly addresses: readonly string[];
  readonly reason: PauseReason;
}

const unsubscribe = /\/unsubscribe\/([\w.-]+)>/;

/**
 * Reads the outcome of a mail. `nothing` changes nothing: it was not Callboard's mail, the mailbox was full or answered
 * automatically, which passes, or it was no real complaint. Undefined if it is not such an event.
 */
export function readMailFeedback({
  source,
  detail,
  ...event
}: BusEvent): MailFeedback | "nothing" | undefined {
  const type = event["detail-type"];
  if (source !== SOURCE || (type !== BOUNCED && type !== COMPLAINED)) return undefined;
  const read = z.safeParse(Feedback, detail);
  if (!read.success) return undefined;
  const { mail, bounce, complaint } = read.data;
  const header = mail.headers.find(({ name }) => name.toLowerCase() === "list-unsubscribe");
  const token = unsubscribe.exec(header?.value ?? "")?.[1];
  if (token === undefined) return "nothing";
  if (type === COMPLAINED && noComplaints.includes(complaint?.complaintFeedbackType)) return "nothing";
  if (type === COMPLAINED)
    return { token, addresses: addressesOf(complaint?.complainedRecipients), reason: "complained" };
  if (bounce?.bounceType !== "Permanent") return "nothing";
  return { token, addresses: addressesOf(bounce.bouncedRecipients), reason: "bounced" };
}

/** SES may give an address in a header's form: `Ana <ana@example.com>`. */
const addressesOf = (recipients: z.infer<typeof Recipients> = []): string[] =>
  recipients.map(({ emailAddress }) => /<([^<>]+)>\s*$/.exec(emailAddress)?.[1] ?? emailAddress.trim());
