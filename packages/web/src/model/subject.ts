import type { ExecutionProgress, SubjectWarning, Waiting } from "@callboard/client/headless";
import { minutes } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { lineText } from "./listed.ts";
import { durationText, momentText } from "./time.ts";

/** "Waiting for an answer since 14:02, until 14:32."; undefined when nobody is waited for. Of several the time of the first is told. */
export function waitingText(waiting: Waiting | undefined, now: number, words: Words): string | undefined {
  if (waiting === undefined) return undefined;
  const { count, since, deadline } = waiting;
  const until = deadline === undefined ? undefined : momentText(deadline, now, words);
  return words.progress.waitingSince(count, momentText(since, now, words), until);
}

/**
 * How a subject stands in a few words, with how long that has been so, or since when: "Under way · 5 min",
 * "Failed · 14:30". Of the time that goes by, seconds are told in the first minute alone.
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

/** What an owner does about a warning whose message does not say it, by its code. */
export function mendText({ code }: SubjectWarning, { progress }: Words): string | undefined {
  switch (code) {
    case "no_deadline":
      return progress.mendNoDeadline;
    default:
      return undefined;
  }
}
