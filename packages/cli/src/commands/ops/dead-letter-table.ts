import type { DeadLetter } from "@callboard/core";
import { cutText } from "@callboard/protocol";
import type { Place } from "../../connect.ts";
import { inColumns, printable, type Terminal } from "../../terminal.ts";
import { timeOf } from "../../when.ts";

const MAX_CELL_LENGTH = 128;

/** Warns about each queue that the environment does not name. */
export function warnUnknown(terminal: Terminal, { unknownQueues }: Place): void {
  const { undelivered, failed } = unknownQueues;
  if (undelivered)
    terminal.warn(`${undelivered} is not set: events that could not be delivered are not listed`);
  if (failed) terminal.warn(`${failed} is not set: failed invocations are not listed`);
}

export const someUnread = "there are more; handle these first";

/** Why a dead letter is not resent, for the operator. */
export const remedies: Readonly<Record<DeadLetter["remedy"], string>> = {
  resend: "can be resent",
  by_itself:
    "Callboard's own, which nobody else may put: the clock or the browsers' next heartbeat repeats it",
  drop: "cannot be put again",
};

/** A table with headings, a line for each dead letter. */
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

const cell = (text: string): string => printable(cutText(text, MAX_CELL_LENGTH));
