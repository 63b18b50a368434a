import { isSamePerson } from "@callboard/client/headless";
import type { RefusalCode } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { durationText, momentText } from "./time.ts";
import { actionText, reasonText, sentencesText, whoText } from "./words.ts";

type Details = Readonly<Record<string, unknown>>;

interface Context {
  /** The reader's own id. */
  readonly me?: string | undefined;
  readonly now: number;
}

/** Why a reply was not accepted, as text. */
export function refusalText(code: RefusalCode, details: Details, context: Context, words: Words): string {
  const { refusals } = words.outcomes;
  switch (code) {
    case "already_answered":
      return alreadyAnswered(details, context, words);
    case "expired":
      return refusals.expired;
    case "withdrawn": {
      const reason = typeof details.reason === "string" ? details.reason : undefined;
      return sentencesText([refusals.withdrawn, reasonText(reason, words), refusals.notTaken], words);
    }
    case "superseded":
      return refusals.superseded;
    case "stale":
      return refusals.stale;
    case "stale_round":
      return refusals.staleRound(typeof details.round === "number" ? details.round : undefined);
    case "invalid":
      return refusals.invalid;
    case "forbidden":
      return refusals.forbidden;
    case "not_found":
      return refusals.notFound;
    case "rate_limited":
      return refusals.tooOften(waitText(details, words));
  }
}

/** How long to wait after too many requests: "12 s"; undefined when unknown. */
export const waitText = ({ retryAfterMs }: Details, words: Words): string | undefined =>
  typeof retryAfterMs === "number" ? durationText(Math.max(1000, retryAfterMs), words) : undefined;

function alreadyAnswered(details: Details, { me, now }: Context, words: Words): string {
  const { refusals } = words.outcomes;
  const by = details.by;
  const person = typeof by === "string" ? { id: by } : (by as { id: string; name?: string } | undefined);
  const at = typeof details.at === "number" ? momentText(details.at, now, words) : undefined;
  if (!person) return refusals.somebodyFaster(at);
  if (person.id === "system") return refusals.systemFaster(at);
  const action = actionText(typeof details.verb === "string" ? details.verb : "answer", words);
  return me !== undefined && isSamePerson(person.id, me)
    ? refusals.answeredBefore(action, at)
    : refusals.faster(whoText(person, me, words), action, at);
}
