import type { DeadLetter } from "@callboard/core";
import { cutText } from "@callboard/protocol";
import type { Place } from "../../connect.ts";
import { inColumns, printable, type Terminal } from "../../terminal.ts";
import { timeOf } from "../../when.ts";

const longestCell = 128;

/** Says of each queue that the environment does not name what is missing from the list. */
export function warnUnknown(terminal: Terminal, { unknownQueues }: Place): void {
  const { undelivered, failed } = unknownQueues;
  if (undelivered)
    terminal.warn(`${undelivered} is not set: events that could not be handed over are not looked at`);
  if (failed) terminal.warn(`${failed} is not set: invocations that failed are not looked at`);
}

export const someUnread = "there are more than were read: deal with these first";

/** What is not resent, in the words of whoever wonders. */
export const remedies: Readonly<Record<DeadLetter["remedy"], string>> = {
  resend: "can be resent",
  by_itself:
    "Callboard's own, which nobody else may put: the clock repeats it by itself, or the browsers' next heartbeat does",
  drop: "cannot be put again",
};

/** A line each, under their headings. */
export function tableOf(letters: readonly DeadLetter[]): string {
  const head = ["ID", "AT", "WHAT", "SOURCE", "EVENT", "ABOUT", "REMEDY", "REASON"];
  return inColumns([head, ...letters.map(cellsOf)]).join("\n");
}

const words: Readonly<Record<DeadLetter["remedy"], string>> = {
  resend: "resend",
  by_itself: "by itself",
  drop: "drop",
};

const cellsOf = ({ id, at, kind, event, remedy, reason: { code, message, rule } }: DeadLetter): string[] => [
  id,
  at === undefined ? "-" : timeOf(at),
  kind,
  cell(event?.source ?? "-"),
  cell(event?.detailType ?? "not an event"),
  event?.about ?? "-",
  words[remedy],
  printable(`${code}${message ? `: ${message}` : ""}${rule ? ` (rule ${rule})` : ""}`),
];

const cell = (text: string): string => printable(cutText(text, longestCell));
