import type { SubjectWarning, Waiting } from "@callboard/client/headless";
import { type Locale, momentText } from "./time.ts";

/** "Waiting for an answer, until 14:32."; undefined when nobody is waited for. Of several the time of the first is told. */
export function waitingText(
  waiting: Waiting | undefined,
  now: number,
  locale: Locale = {},
): string | undefined {
  if (waiting === undefined) return undefined;
  const { count, deadline } = waiting;
  const until = deadline === undefined ? "" : `until ${momentText(deadline, now, locale)}`;
  if (count === 1) return `Waiting for an answer${until && `, ${until}`}.`;
  return `Waiting for ${count} answers${until && `, the first ${until}`}.`;
}

/** What an owner does about a warning whose message does not say it, by its code. */
const mends: Readonly<Partial<Record<SubjectWarning["code"], string>>> = {
  no_deadline: "Give the question `deadlineSeconds`, or its state `TimeoutSeconds`.",
};

export const mendText = ({ code }: SubjectWarning): string | undefined => mends[code];
