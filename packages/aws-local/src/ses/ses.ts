import { randomUUID } from "node:crypto";
import { defaultPlace, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { Key, Store } from "../store/store.ts";
import { isDelivered, readAddress, simulatedOutcome } from "./addresses.ts";
import { openFaults, type SesFault } from "./faults.ts";
import { bytesOf, type Envelope, headerOf, MAX_MAIL_SIZE, type Mail, type MailContent } from "./mail.ts";
import { mailEvents } from "./mail-events.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { openOutbox, type PutEvents } from "./outbox.ts";
import { readRawMail } from "./raw-mail.ts";
import { checkRecipients, type EmailRequest, readSendEmail, tooLong } from "./send-email.ts";
import { sesService } from "./ses-http.ts";
import { suppressedOutcome, suppressionList } from "./suppression.ts";

export interface SesOptions {
  readonly clock: Clock;
  /** Where mails, suppressed addresses and waiting events are stored. */
  readonly store: Store;
  /** Accepts the events about mails; without it there are none. */
  readonly putEvents?: PutEvents;
  readonly place?: Place;
  /** The existing configuration sets. Default: any name is one. */
  readonly configurationSets?: readonly string[];
}

/** SES on one machine: mails that are sent by its API or by SMTP go to a mailbox. Every sender is verified. */
export interface Ses extends EndpointService {
  readonly mailbox: Mailbox;
  /** Accepts a mail as it goes over the wire, and returns its id; throws an `AwsError` as SendEmail does. */
  sendRaw(raw: Uint8Array, envelope: Envelope): Promise<string>;
  /** Sets a fault for sending from now on; undefined removes it. */
  fail(fault: SesFault | undefined): void;
  /** Puts the events that an earlier process had not put yet. */
  resume(): void;
  /** Resolves when the events of all accepted mails are on the bus. */
  idle(): Promise<void>;
  /** Puts no more events; the rest is put after the next start. */
  close(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** The number of the last mail, delivered or not. */
const lastKey: Key = ["ses", "last"];

export function createSes(options: SesOptions): Ses {
  const { clock, store, putEvents, place = defaultPlace, configurationSets } = options;
  const mailbox = openMailbox(store);
  const suppression = suppressionList(store, clock);
  const faults = openFaults(clock, place.region);
  const outbox = putEvents && openOutbox(store, clock, putEvents);

  async function accept({ envelope, content, configurationSet, tags }: EmailRequest): Promise<string> {
    const at = clock.now();
    const id = messageId(at, randomUUID());
    const { from, subject, text, html, files } = content;
    const headers = withOwnHeaders(content, id, at, place);
    const attachments = files.map(({ content: { byteLength }, ...file }) => ({ ...file, bytes: byteLength }));
    await store.commit((view) => {
      const number = (view.get<number>(lastKey) ?? 0) + 1;
      const outcomes = envelope.to.map(
        (address) =>
          [address, suppressedOutcome(view, address) ?? simulatedOutcome(address) ?? "delivered"] as const,
      );
      const to = outcomes.filter(([, outcome]) => isDelivered(outcome)).map(([address]) => address);
      const mail: Mail = { id, at, from, to: to.join(", "), subject, text, html, headers, attachments };
      const sent = {
        id,
        at,
        envelope,
        content: { ...content, headers },
        outcomes: outcomes,
        configurationSet,
        tags,
      };
      return {
        writes: [
          [lastKey, number],
          ...(to.length > 0 ? mailbox.put(view, number, mail, files, bytesOf(content)) : []),
          ...(outbox ? [outbox.write(number, mailEvents(sent, place, randomUUID))] : []),
        ],
        value: undefined,
      };
    });
    outbox?.put();
    return id;
  }

  const send = (request: EmailRequest): Promise<string> =>
    faults.around(request.envelope.from, () => accept(request));

  return {
    name: "SES",
    path: "/v2/email/",
    handle: sesService({
      async sendEmail(input) {
        const request = await readSendEmail(input);
        const { configurationSet: name } = request;
        if (name !== undefined && configurationSets && !configurationSets.includes(name))
          throw new AwsError("NotFoundException", `Configuration set <${name}> does not exist.`, 404);
        return { MessageId: await send(request) };
      },
      account: () => accountOf(mailbox.since(clock.now() - DAY_MS), faults.isPaused()),
      suppression,
    }),
    mailbox: { list: mailbox.list, get: mailbox.get, file: mailbox.file },
    async sendRaw(raw, { from, to }) {
      if (raw.byteLength > MAX_MAIL_SIZE) throw tooLong(raw.byteLength);
      checkRecipients(to);
      const envelope = { from: from && readAddress(from), to: to.map(readAddress) };
      const { content } = await readRawMail(raw);
      const named = content.from ? content : { ...content, from };
      return send({ envelope, content: named, configurationSet: undefined, tags: {} });
    },
    fail: faults.set,
    resume: () => outbox?.put(),
    idle: async () => outbox?.idle(),
    close: async () => outbox?.close(),
  };
}

/** SES's ids sort by time: `0100018f2a3b4c5d-<uuid>-000000`. */
const messageId = (at: number, uuid: string): string =>
  `0100${at.toString(16).padStart(12, "0")}-${uuid}-000000`;

/** The headers that SES adds if the sender has not set them; the id is always SES's own. */
function withOwnHeaders(
  { headers }: MailContent,
  id: string,
  at: number,
  { region }: Place,
): Mail["headers"] {
  const host = region === "us-east-1" ? "email" : region;
  const date = new Date(at).toUTCString().replace("GMT", "+0000");
  return [
    ...headers.filter(({ name }) => name.toLowerCase() !== "message-id"),
    ...(headerOf(headers, "date") === undefined ? [{ name: "Date", value: date }] : []),
    { name: "Message-ID", value: `<${id}@${host}.amazonses.com>` },
  ];
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
const accountOf = (sent: number, isPaused: boolean): object => ({
  DedicatedIpAutoWarmupEnabled: false,
  EnforcementStatus: "HEALTHY",
  ProductionAccessEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: sent },
  SendingEnabled: !isPaused,
  SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
});
