import { hash } from "node:crypto";
import type { Clock, DoorOutcome, Log } from "@callboard/core";
import { type CredentialsProvider, freshCredentials } from "../../aws/fresh-credentials.ts";
import { nodePool } from "../../aws/http/node-pool.ts";
import type { PostEnd, PostPool, PostPoolOptions } from "../../aws/http/posting.ts";
import { momentsOf } from "../../aws/http/signing.ts";
import { passingError } from "../../aws/json/retries.ts";
import { errorOf } from "../../aws/json/service.ts";
import { mailboxHeader } from "../mail/address.ts";
import { again, FIX_MS, MAILER_TIMEOUT_MS, type Mail, type Mailer, refused, unfit } from "./mailer.ts";

/** Where SES is, and how its calls are signed and sent. */
export interface SesMailerOptions {
  /** `https://email.<region>.amazonaws.com`, or `http:` on this machine. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: CredentialsProvider;
  readonly clock: Pick<Clock, "now">;
  readonly log?: Pick<Log, "warn">;
  /** The configuration set that reports bounces and complaints. */
  readonly configurationSet?: string;
  readonly pool?: (options: PostPoolOptions) => PostPool;
  readonly timeoutMs?: number;
}

const PATH = "/v2/email/outbound-emails";
const CONNECTIONS = 10;

/**
 * Sends with SendEmail of SES's API v2 (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html), once:
 * the caller retries. SES builds the message from the parts, with its own id and date.
 */
export function sesMailer(options: SesMailerOptions): Mailer & { close(): Promise<void> } {
  const { endpoint, region, clock, log, configurationSet } = options;
  const { pool: open = nodePool, timeoutMs = MAILER_TIMEOUT_MS } = options;
  const { host, origin, pathname } = new URL(endpoint);
  const path = `${pathname.replace(/\/+$/, "")}${PATH}`;
  const momentOf = momentsOf({
    service: "ses",
    region,
    host,
    headers: [["content-type", "application/json"]],
  });
  const credentials = freshCredentials({ provider: options.credentials, clock, log });
  const pool = open({ origin, connections: CONNECTIONS, timeoutMs });

  return {
    async send(mail) {
      const body = JSON.stringify(sendEmailInput(mail, configurationSet));
      const end = await pool.post(async () => {
        const moment = momentOf(await credentials(), clock.now());
        const signature = moment.signatureOf(
          hash("sha256", `POST\n${path}${moment.canonicalEnd}${hash("sha256", body)}`),
        );
        return { path, headers: [...moment.headers, "authorization", moment.authorization + signature] };
      }, body);
      return outcomeOf(end);
    },
    close: pool.close,
  };
}

function sendEmailInput(mail: Mail, configurationSet: string | undefined): object {
  const text = (Data: string) => ({ Data, Charset: "UTF-8" });
  return {
    FromEmailAddress: mailboxHeader(mail.from),
    Destination: { ToAddresses: [mail.to] },
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
    Content: {
      Simple: {
        Subject: text(mail.subject),
        Body: { Text: text(mail.text), Html: text(mail.html) },
        // `Message-ID` may not be among them. {U}
        Headers: mail.headers.map(([Name, Value]) => ({ Name, Value })),
        ...(mail.pictures.length === 0 ? {} : { Attachments: mail.pictures.map(attachmentOf) }),
      },
    },
  };
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Attachment.html */
const attachmentOf = ({ cid, mediaType, fileName, bytes }: Mail["pictures"][number]) => ({
  FileName: fileName,
  ContentType: mediaType,
  ContentId: cid,
  ContentDisposition: "INLINE",
  ContentTransferEncoding: "BASE64",
  RawContent: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
});

/** A daily quota counts the last 24 hours, so some of it is free again before long. */
const QUOTA_MS = 60 * 60_000;

/** Failures of the whole account or stage, not of this mail, by the API's error names. */
const ofTheStage: Readonly<Record<string, DoorOutcome>> = {
  AccountSuspendedException: again("suspended", QUOTA_MS),
  SendingPausedException: again("paused", FIX_MS),
  MailFromDomainNotVerifiedException: again("sender_not_verified", FIX_MS),
  NotFoundException: again("not_configured", FIX_MS),
  AccessDeniedException: again("not_allowed", FIX_MS),
};

/** The outcome of a mail. SES's message tells apart what has one error name; it is not passed on. */
function outcomeOf(end: PostEnd): DoorOutcome {
  if (end.kind === "full") return again("busy");
  if (end.kind === "lost") return again(end.error === "TimeoutError" ? "slow" : "unreachable");
  if (end.status < 300) return { outcome: "sent" };
  const { name, message } = errorOf(end);
  const known = ofTheStage[name];
  if (known) return known;
  if (/quota|per day|24.hour/i.test(message)) return again("quota", QUOTA_MS);
  const passing = passingError(name, end.status);
  if (passing === "throttled") return again("throttled", end.retryAfterMs);
  if (passing || end.status >= 500) return again("down", end.retryAfterMs);
  if (end.status === 401 || end.status === 403) return again("not_allowed", FIX_MS);
  // In the sandbox the recipient must be verified too.
  if (/not verified/i.test(message)) return again("not_verified", FIX_MS);
  const isOfAddress = name === "BadRequestException" && /address|domain|recipient/i.test(message);
  return isOfAddress ? refused("bad_address") : unfit("rejected");
}
