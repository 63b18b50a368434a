import { type HistoryEntry, toldAttempt } from "@callboard/protocol";
import { inColumns, nameOf, printable, quoted } from "./terminal.ts";
import { timeOf } from "./when.ts";

/** Entries of a history, given newest first, as lines with the oldest first. */
export const historyLines = (entries: readonly HistoryEntry[]): string[] =>
  inColumns([...entries].reverse().map((entry) => [timeOf(entry.at), ...cellsOf(entry)]));

/** The cells of a line: its subject, what happened, who did it, and details. */
function cellsOf(entry: HistoryEntry): [string, string, string, string] {
  switch (entry.what) {
    case "progress": {
      const { step, state, message, cause } = entry;
      const attempt = toldAttempt(entry.attempt);
      const name = attempt === undefined ? step : `${step}, attempt ${attempt}`;
      return [name, state, "", said([message && quoted(message), cause && `cause ${quoted(cause)}`])];
    }
    case "execution": {
      const { execution, state, redrive, cause } = entry;
      const run = redrive === undefined ? "run" : `redrive ${redrive}`;
      return [run, state, "", said([printable(execution), cause && `cause ${quoted(cause)}`])];
    }
    case "facts": {
      const { facts, more } = entry;
      const named = facts.map(
        ({ name, label, removed }) =>
          `${removed ? "without " : ""}${name}${label === undefined ? "" : ` ${quoted(label)}`}`,
      );
      return ["facts", "set", "", [...named, ...(more ? [`and ${more} more`] : [])].join(", ")];
    }
    case "candidates": {
      const { thread, round, source, count } = entry;
      return [
        `${thread} ${round}`,
        "candidates",
        "",
        said([String(count), source && `by ${quoted(source)}`]),
      ];
    }
    case "question": {
      const { thread, round, happened, by, requestId } = entry;
      const { prompt, verb, candidate, comment, assignees, deadline, reason } = entry;
      const answer = verb && [verb, ...(candidate === undefined ? [] : [quoted(candidate)])].join(" ");
      return [
        `${thread} ${round}`,
        happened,
        by ? nameOf(by) : "",
        said([
          prompt && quoted(prompt),
          answer,
          comment && `comment ${quoted(comment)}`,
          assignees && `of ${assignees.join(", ")}`,
          deadline === undefined ? undefined : `until ${timeOf(deadline)}`,
          reason && printable(reason),
          requestId,
        ]),
      ];
    }
  }
}

const said = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join("; ");
