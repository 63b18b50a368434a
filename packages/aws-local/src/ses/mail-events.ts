import { arnOf, type Place } from "../arn.ts";
import type { PutEventsEntry } from "../bus/event.ts";
import { isDelivered, type MailOutcome } from "./addresses.ts";
import { type Envelope, headerOf, type MailContent } from "./mail.ts";
import { domainOf } from "./send-email.ts";

/** An accepted mail, and its outcome at each address. */
export interface AcceptedMail {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly envelope: Envelope;
  readonly content: MailContent;
  readonly outcomes: readonly (readonly [address: string, outcome: MailOutcome])[];
  readonly configurationSet: string | undefined;
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** Longer headers are left out of events. */
const MAX_HEADERS_LENGTH = 10 * 1024;

/**
 * SES's events about a mail on the default bus, as documented for all of its destinations
 * (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html): that it was sent, and its
 * outcomes.
 */
export function mailEvents(mail: AcceptedMail, place: Place, newId: () => string): PutEventsEntry[] {
  const sentMail = mailOf(mail, place);
  const resource = mail.configurationSet
    ? `configuration-set/${mail.configurationSet}`
    : `identity/${domainOf(mail.envelope.from)}`;
  const entry = (detailType: string, eventType: string, name: string, more: object): PutEventsEntry => ({
    Source: "aws.ses",
    DetailType: detailType,
    Resources: [arnOf(place, "ses", resource)],
    Detail: JSON.stringify({ eventType, mail: sentMail, [name]: more }),
  });
  const addressesWith = (fits: (outcome: MailOutcome) => boolean) =>
    mail.outcomes.filter(([, outcome]) => fits(outcome)).map(([address]) => address);
  const addressesOf = (outcome: MailOutcome) => addressesWith((one) => one === outcome);
  const timestamp = new Date(mail.at).toISOString();
  const feedback = () => ({ feedbackId: `${newId()}-000000`, timestamp });
  const events = [entry("Email Sent", "Send", "send", {})];
  const delivered = addressesWith(isDelivered);
  if (delivered.length > 0)
    events.push(
      entry("Email Delivered", "Delivery", "delivery", {
        timestamp,
        processingTimeMillis: 0,
        recipients: delivered,
        smtpResponse: "250 2.6.0 Message received",
        reportingMTA,
      }),
    );
  for (const { outcome, bounceType, bounceSubType, ...recipient } of bounces) {
    const bounced = addressesOf(outcome);
    if (bounced.length === 0) continue;
    const bouncedRecipients = bounced.map((emailAddress) => ({ emailAddress, ...recipient }));
    const bounce = { ...feedback(), bounceType, bounceSubType, bouncedRecipients, reportingMTA };
    events.push(entry("Email Bounced", "Bounce", "bounce", bounce));
  }
  const complained = (addresses: readonly string[], more: object) => {
    if (addresses.length === 0) return;
    const complainedRecipients = addresses.map((emailAddress) => ({ emailAddress }));
    const complaint = { ...feedback(), complainedRecipients, ...more };
    events.push(entry("Email Complaint Received", "Complaint", "complaint", complaint));
  };
  complained(addressesOf("complained"), {
    complaintSubType: null,
    complaintFeedbackType: "abuse",
    userAgent: "Amazon SES Mailbox Simulator",
    arrivalDate: timestamp,
  });
  complained(addressesOf("suppressed_here_complaint"), { complaintSubType: "OnAccountSuppressionList" });
  return events;
}

const reportingMTA = "dns; a1-1.smtp-out.amazonses.com";

/** Texts of the mailbox simulator's answers. */
const bounces = [
  {
    outcome: "bounced",
    bounceType: "Permanent",
    bounceSubType: "General",
    action: "failed",
    status: "5.1.1",
    diagnosticCode: "smtp; 550 5.1.1 user unknown",
  },
  {
    outcome: "suppressed",
    bounceType: "Permanent",
    bounceSubType: "Suppressed",
    action: "failed",
    status: "5.1.1",
    diagnosticCode:
      "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.",
  },
  {
    outcome: "suppressed_here_bounce",
    bounceType: "Permanent",
    bounceSubType: "OnAccountSuppressionList",
    action: "failed",
    status: "5.1.1",
    diagnosticCode:
      "Amazon SES did not send the message to this address because it is on the suppression list for your account.",
  },
  // An automatic answer is reported as a transient bounce.
  { outcome: "out_of_office", bounceType: "Transient", bounceSubType: "General" },
] as const;

function mailOf(mail: AcceptedMail, place: Place): object {
  const { id, at, envelope, content, configurationSet, tags } = mail;
  const bytes = content.headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  const headersTruncated = bytes > MAX_HEADERS_LENGTH;
  const listOf = (name: string) => (headerOf(content.headers, name) ?? "").slice(0, 1000);
  const [replyTo, date] = [listOf("reply-to"), listOf("date")];
  return {
    timestamp: new Date(at).toISOString(),
    source: envelope.from,
    sourceArn: arnOf(place, "ses", `identity/${domainOf(envelope.from)}`),
    sendingAccountId: place.accountId,
    messageId: id,
    destination: envelope.to,
    headersTruncated,
    headers: headersTruncated ? [] : content.headers,
    commonHeaders: {
      from: [content.from.slice(0, 1000)],
      ...(replyTo ? { replyTo: [replyTo] } : {}),
      ...(date ? { date } : {}),
      to: [listOf("to") || envelope.to.join(", ")],
      messageId: id,
      subject: content.subject.slice(0, 1000),
    },
    tags: {
      ...(configurationSet ? { "ses:configuration-set": [configurationSet] } : {}),
      "ses:from-domain": [domainOf(envelope.from)],
      ...tags,
    },
  };
}
