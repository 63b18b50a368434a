import { latestOf } from "@callboard/client/headless";
import type { RefusalCode } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { waitText } from "./refusal.ts";
import { momentText } from "./time.ts";

/** What a user does about a question, other than answering it. */
export type ActKind = "extend" | "reassign";

type Details = Readonly<Record<string, unknown>>;

interface Context {
  readonly deadline?: number | undefined;
  readonly now: number;
}

/** Why more time was not given, or a question not assigned to others, as text. */
export function actRefusalText(
  act: ActKind,
  code: RefusalCode,
  details: Details,
  context: Context,
  words: Words,
): string {
  const { acts } = words.outcomes;
  switch (code) {
    case "forbidden":
      return act === "extend" ? acts.mayNotExtend : acts.mayNotReassign;
    case "invalid":
      return act === "extend" ? tooLate(details, context, words) : acts.badNames;
    case "already_answered":
      return acts.answered;
    case "expired":
      return acts.expired;
    case "withdrawn":
      return acts.withdrawn;
    case "superseded":
    case "stale_round":
    case "stale":
      return acts.superseded;
    case "not_found":
      return acts.notFound;
    case "rate_limited":
      return acts.tooOften(waitText(details, words));
  }
}

function tooLate(details: Details, { deadline, now }: Context, words: Words): string {
  const { acts } = words.outcomes;
  const latest = latestOf(details, deadline);
  if (latest !== undefined) return acts.waitsUntil(momentText(latest, now, words));
  return typeof details.latest === "number" ? acts.noMoreTime : acts.badTime;
}
