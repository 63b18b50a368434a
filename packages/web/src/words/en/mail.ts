import { plural } from "../plural.ts";

/** Texts of the mailbox, which is there on one machine alone. */
export const mail = {
  page: "Mail · Callboard",
  heading: "Mail",
  list: "Mails, the newest first",
  /** Stands at the head of the list. */
  count: (n: number) => `${n} ${plural("en", n, "mail", "mails")}`,
  none: "No mail yet",
  noneHint: "Mail that is sent on this machine, by SES or SMTP, is shown here. It is delivered to nobody.",
  /** Stands above the list where Callboard itself sends through another server. */
  elsewhere: (server: string) => `Callboard's own mails go through ${server} and are not shown here.`,
  noSubject: "No subject",
  from: "From",
  to: "To",
  at: "Sent",
  files: "Files",
  html: "HTML",
  text: "Text",
  /** What a screen reader calls the frame. */
  frame: "The mail as its reader sees it",
  back: "All mails",
};
