export type { SesFault } from "./faults.ts";
export type { Envelope, Mail, MailAttachment, MailFile, MailHeader } from "./mail.ts";
export type { Mailbox } from "./mailbox.ts";
export { createSes, type Ses, type SesOptions } from "./ses.ts";
export { listenSmtp, type Smtp } from "./smtp.ts";
