import type { ExecutionProgress, SubjectWarning, Waiting } from "@callboard/client/headless";
import { minutes } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { lineText } from "./listed.ts";
import { durationText, momentText } from "./time.ts";

/**
 * "Waiting for an answer since 14:02, until 14:32."; undefined when no answer is expected. For several
 * questions, the times are the earliest.
 */
export function waitingText(waiting: Waiting | undefined, now: number, words: Words): string | undefined {
  if (waiting === undefined) return undefined;
  const { count, since, deadline } = waiting;
  const until = deadline === undefined ? undefined : momentText(deadline, now, words);
  return words.progress.waitingSince(count, momentText(since, now, words), until);
}

/**
 * A subject's state in a few words, with how long, or since when: "Under way · 5 min", "Failed · 14:30". A
 * duration has seconds only in the first minute.
 */
export function standingText(
  { state, startedAt, endedAt }: Pick<ExecutionProgress, "state" | "startedAt" | "endedAt">,
  waiting: number,
  now: number,
  words: Words,
): string {
  const passed = now - startedAt;
  const told = passed < minutes(1) ? passed : Math.floor(passed / minutes(1)) * minutes(1);
  const at = endedAt === undefined ? durationText(told, words) : momentText(endedAt, now, words);
  return `${lineText({ state, waiting }, words)} · ${at}`;
}

/** What an owner can do about a warning whose message does not say it, by its code. */
export function mendText({ code }: SubjectWarning, { progress }: Words): string | undefined {
  switch (code) {
    case "no_deadline":
      return progress.mendNoDeadline;
    default:
      return undefined;
  }
}
