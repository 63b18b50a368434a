import type { SubjectWarning, Waiting } from "@callboard/client/headless";
import type { Words } from "../words/words.ts";
import { momentText } from "./time.ts";

/** "Waiting for an answer since 14:02, until 14:32."; undefined when nobody is waited for. Of several the time of the first is told. */
export function waitingText(waiting: Waiting | undefined, now: number, words: Words): string | undefined {
  if (waiting === undefined) return undefined;
  const { count, since, deadline } = waiting;
  const until = deadline === undefined ? undefined : momentText(deadline, now, words);
  return words.progress.waitingSince(count, momentText(since, now, words), until);
}

/** What an owner does about a warning whose message does not say it, by its code. */
export const mendText = ({ code }: SubjectWarning, { progress }: Words): string | undefined =>
  code === "no_deadline" ? progress.mendNoDeadline : undefined;
