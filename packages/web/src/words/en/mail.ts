import { plural } from "../plural.ts";

/** Texts of the mailbox, which exists only on one machine. */
export const mail = {
  page: "Mail · Callboard",
  heading: "Mail",
  list: "Mails, the newest first",
  /** Shown above the list. */
  count: (n: number) => `${n} ${plural("en", n, "mail", "mails")}`,
  none: "No mail yet",
  noneHint: "Mail that is sent on this machine, by SES or SMTP, is shown here. It is delivered to nobody.",
  /** Shown above the list when Callboard sends its own mails through another server. */
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
