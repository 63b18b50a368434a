import type { DoorOutcome } from "@callboard/core";
import { createTransport } from "nodemailer";
import { again, MAILER_TIMEOUT_MS, type Mail, type Mailer, MEND_MS, refused, unfit } from "./mailer.ts";

/** How mail goes over SMTP. */
export interface SmtpMailerOptions {
  /** `smtp://user:password@host:587` or `smtps://…`, the parts percent-encoded. */
  readonly url: string;
  readonly timeoutMs?: number;
}

/**
 * Sends over SMTP, each mail over a connection of its own. A password goes over TLS alone, but for a server on this
 * machine. To be loaded only where SMTP is configured: the library is larger than all else of a function.
 */
export function smtpMailer({ url, timeoutMs = MAILER_TIMEOUT_MS }: SmtpMailerOptions): Mailer {
  const { hostname, username } = new URL(url);
  const isNear = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const transport = createTransport({
    url,
    requireTLS: username !== "" && !isNear,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail({ ...messageOf(mail), signal: AbortSignal.timeout(timeoutMs) });
        return { outcome: "sent" };
      } catch (error) {
        return outcomeOf(error as SmtpError);
      }
    },
  };
}

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

/** What nodemailer says of a failure: its own code, the command that failed, and the server's answer if one came. */
interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/**
 * What became of a mail, by the server's code and the command that it answered: 4xx passes, 5xx does not
 * (https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1). To `RCPT TO` it concerns the address, unless the enhanced code
 * says that it is about the sender's rights (`5.7.x`) or the way there (https://www.rfc-editor.org/rfc/rfc3463).
 */
function outcomeOf({ code, command = "", responseCode, response = "" }: SmtpError): DoorOutcome {
  if (code === "EABORT" || code === "ETIMEDOUT") return again("slow");
  if (code === "EAUTH" || code === "ENOAUTH") return again("not_allowed", MEND_MS);
  if (responseCode === undefined) return again("unreachable");
  if (responseCode < 500)
    return again(/throttl|rate|too many|quota/i.test(response) ? "throttled" : "deferred");
  if (responseCode === 503) return again("down");
  const [, subject] = /\b5\.(\d{1,3})\.\d{1,3}\b/.exec(response) ?? [];
  if (command === "RCPT TO")
    return subject === undefined || subject === "1" || subject === "2"
      ? refused("no_such_address")
      : again("not_allowed", MEND_MS);
  return command === "DATA" ? unfit("rejected") : again("not_allowed", MEND_MS);
}
