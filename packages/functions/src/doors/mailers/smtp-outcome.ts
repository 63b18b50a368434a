import type { DoorOutcome } from "@callboard/core";
import { again, FIX_MS, refused, unfit } from "./mailer.ts";

/** What nodemailer reports of a failure: its code, the failed command, and the server's answer. */
export interface SmtpError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** A full mailbox is not tried again sooner than this: only its owner can empty it. */
const FULL_MS = 4 * 60 * 60_000;

/**
 * The outcome of a mail, by the server's code and the command that it answered: 4xx is transient and 5xx is final
 * (https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1), except for a full mailbox. An answer to `RCPT TO` concerns
 * the address, unless it is about the sender, their rights, the mail or the route. Its enhanced code
 * (https://www.rfc-editor.org/rfc/rfc3463) says so, or without one its text. Servers delay a refusal of the sender
 * until then (https://www.postfix.org/postconf.5.html#smtpd_delay_reject).
 */
export function outcomeOf(error: SmtpError): DoorOutcome {
  const { code, originalCode = "", command = "", responseCode, response = "" } = error;
  if (code === "EABORT" || code === "ETIMEDOUT") return again("slow");
  const [, detail = ""] = /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  const words = response.replace(/<[^>]*>/g, "");
  if (detail === "2.2" || (detail === "" && isBareFull(error, words))) return again("mailbox_full", FULL_MS);
  if (responseCode !== undefined && responseCode < 500)
    return again(/throttl|rate|too many|quota/i.test(words) ? "throttled" : "deferred");
  if (code === "EAUTH" || code === "ENOAUTH") return again("sign_in_refused", FIX_MS);
  if (code === "ETLS" || ofTls.test(originalCode)) return again("no_tls", FIX_MS);
  if (responseCode === undefined) return again("unreachable");
  if (responseCode === 503) return again("down");
  if (detail === "3.4" || detail === "2.3" || (responseCode === 552 && command === "MAIL FROM"))
    return unfit("too_large");
  if (command === "DATA") return unfit("rejected");
  const isGone =
    command === "RCPT TO" && (isVague.test(detail) ? isGoneByText(error, words) : ofAddress.test(detail));
  return isGone ? refused("no_such_address") : again("not_allowed", FIX_MS);
}

/** Error codes of Node and OpenSSL. */
const ofTls = /^ERR_(SSL|TLS)_|CERT|^UNABLE_TO_|HOSTNAME_MISMATCH/;

/** No enhanced code, or an unspecific one. */
const isVague = /^(|[012]\.0)$/;

/** Codes about the recipient's mailbox or system, or a disabled mailbox; 1.7 and 1.8 concern the sender. */
const ofAddress = /^(1\.(?!7$|8$)|2\.1$)/;

/** After the message, the same code means that the message is too large; then the text decides. */
const isBareFull = ({ command, responseCode }: SmtpError, words: string): boolean =>
  responseCode === 552 && (command === "RCPT TO" || /quota|mailbox (is )?full/i.test(words));

const isGoneByText = ({ responseCode = 0 }: SmtpError, words: string): boolean =>
  [550, 551, 553, 556].includes(responseCode) &&
  !/relay|sender|authent|not permitted|denied|policy|spam|block|blacklist|prohibit/i.test(words);
