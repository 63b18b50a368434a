import type { DoorOutcome, Log } from "@callboard/core";
import { createTransport } from "nodemailer";
import { isPassing } from "../../aws/json/service.ts";
import type { Secret } from "../../aws/ssm-secret.ts";
import { again, FIX_MS, MAILER_TIMEOUT_MS, type Mail, type Mailer } from "./mailer.ts";
import { outcomeOf, type SmtpError } from "./smtp-outcome.ts";
import type { SmtpServer } from "./smtp-url.ts";

/** The settings of mail over SMTP. */
export interface SmtpMailerOptions {
  readonly server: SmtpServer;
  /** The user's password, if the server's URL has none. */
  readonly password?: Secret;
  /** Reports what keeps all mails from leaving, in fixed texts. */
  readonly log?: Pick<Log, "warn">;
  readonly timeoutMs?: number;
}

/**
 * Sends over SMTP, with one connection for each mail. It signs in only over TLS, to a server with a trusted certificate;
 * on this machine itself neither is needed. If the password is refused, it is read again, and the mail is sent with the
 * new one if there is one. Load it only where SMTP is configured: the library is larger than the rest of a function.
 */
export function smtpMailer(options: SmtpMailerOptions): Mailer {
  const { server, log, timeoutMs = MAILER_TIMEOUT_MS } = options;
  const { user, password: given } = server;
  const secret: Secret = options.password ?? (async () => given ?? "");

  return {
    async send(mail) {
      const signal = AbortSignal.timeout(timeoutMs);
      const outcome = await sendBy(signal, mail).catch(unreadOutcome);
      if (log && outcome.outcome === "again" && isOfTheStage(outcome))
        log.warn("the SMTP server takes no mail", { reason: outcome.reason });
      return outcome;
    },
  };

  async function sendBy(signal: AbortSignal, mail: Mail): Promise<DoorOutcome> {
    if (user === undefined) return ended(await tried(mail, signal));
    const password = await before(signal, secret());
    const error = await tried(mail, signal, { user, pass: password });
    if (!error || !isRefusedSignIn(error)) return ended(error);
    const other = await before(signal, secret(password));
    return ended(other === password ? error : await tried(mail, signal, { user, pass: other }));
  }

  /** The error that kept the mail from being sent; undefined: none. */
  async function tried(mail: Mail, signal: AbortSignal, auth?: { user: string; pass: string }) {
    const transport = createTransport({
      ...reachedAt(server),
      requireTLS: auth !== undefined && !isNear(server),
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
      ...(auth ? { auth } : {}),
    });
    try {
      await transport.sendMail({ ...messageOf(mail), signal });
      return undefined;
    } catch (error) {
      return error as SmtpError;
    }
  }
}

/** A connection within this machine: nobody can listen in, and there is no trusted certificate for it. */
const isNear = ({ host }: SmtpServer): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);

/** The library asks name servers for every name, also `localhost`: their answer must not receive a password. */
function reachedAt(server: SmtpServer) {
  const { host, port, secure } = server;
  const near = isNear(server);
  return {
    host: host === "localhost" ? "127.0.0.1" : host,
    port,
    secure,
    ...(near ? { tls: { rejectUnauthorized: false } } : {}),
  };
}

const ended = (error: SmtpError | undefined): DoorOutcome => (error ? outcomeOf(error) : { outcome: "sent" });

const isRefusedSignIn = (error: SmtpError): boolean => reasonOf(outcomeOf(error)) === "sign_in_refused";

/** Reports a failure that affects every mail. */
const isOfTheStage = (outcome: DoorOutcome): boolean =>
  ["sign_in_refused", "not_allowed", "not_configured", "no_tls", "unreachable"].includes(reasonOf(outcome));

const reasonOf = (outcome: DoorOutcome): string => ("reason" in outcome ? outcome.reason : "");

/** The outcome of a mail when the password cannot be read in time. */
function unreadOutcome(error: unknown): DoorOutcome {
  if (error instanceof OutOfTime) return again("slow");
  return isPassing(error) ? again("down") : again("not_configured", FIX_MS);
}

class OutOfTime extends Error {}

const before = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const late = () => reject(new OutOfTime());
      if (signal.aborted) late();
      signal.addEventListener("abort", late, { once: true });
    }),
  ]);

function messageOf({ from, to, subject, text, html, messageId, headers, pictures }: Mail) {
  return {
    from: { name: from.name ?? "", address: from.address },
    to: { name: "", address: to },
    envelope: { from: from.address, to: [to] },
    subject,
    text,
    html,
    headers: headers.map(([key, value]) => ({ key, value })),
    ...(messageId === undefined ? {} : { messageId }),
    attachments: pictures.map(({ cid, mediaType, fileName, bytes }) => ({
      cid,
      contentType: mediaType,
      contentDisposition: "inline",
      filename: fileName,
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    })),
  };
}
