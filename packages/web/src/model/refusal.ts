import type { RefusalCode } from "@callboard/protocol";
import { durationText, type Locale, momentText } from "./time.ts";
import { actionText, reasonText, whoText } from "./words.ts";

type Details = Readonly<Record<string, unknown>>;

/** Why a reply was not taken, in plain words. `me` is the reader's own id. */
export function refusalText(
  code: RefusalCode,
  details: Details = {},
  context: { me?: string | undefined; now: number; locale?: Locale },
): string {
  switch (code) {
    case "already_answered":
      return alreadyAnswered(details, context);
    case "expired":
      return "The time to answer is over. Your answer was not taken.";
    case "withdrawn":
      return `The workflow no longer waits for an answer.${because(details)} Your answer was not taken.`;
    case "superseded":
      return "A newer question has taken the place of this one. Your answer was not taken; the newer question is open.";
    case "stale_round":
      return typeof details.round === "number"
        ? `The question is in round ${details.round} by now. Look at the newer proposals and answer again.`
        : "The question has moved on to another round. Look at the newer proposals and answer again.";
    case "invalid":
      return "The answer does not fit the question. Change it and send it again.";
    case "forbidden":
      return "You may read this question but not answer it.";
    case "not_found":
      return "This question does not exist any more.";
    case "rate_limited":
      return `Too many answers in a short time. ${waitText(details)} and send it again.`;
  }
}

/** How long to wait after too much in a short time: "Wait 12 s", or "Wait a moment" when nobody says. */
export const waitText = ({ retryAfterMs }: Details): string =>
  typeof retryAfterMs === "number" ? `Wait ${durationText(Math.max(1000, retryAfterMs))}` : "Wait a moment";

function alreadyAnswered(
  details: Details,
  { me, now, locale }: { me?: string | undefined; now: number; locale?: Locale },
): string {
  const by = details.by;
  const person = typeof by === "string" ? { id: by } : (by as { id: string; name?: string } | undefined);
  const at = typeof details.at === "number" ? ` at ${momentText(details.at, now, locale)}` : "";
  const verb = typeof details.verb === "string" ? details.verb : "answer";
  if (!person) return `Somebody was faster: the question was answered${at}. Your answer was not taken.`;
  if (person.id === "system")
    return `The deadline had passed and the system gave the default answer${at}. Your answer was not taken.`;
  const who = whoText(person, me);
  if (who === "You")
    return `You had already answered: you ${actionText(verb)}${at}. This second answer was not taken.`;
  return `${who} was faster and ${actionText(verb)}${at}. Your answer was not taken.`;
}

function because({ reason }: Details): string {
  const text = reasonText(typeof reason === "string" ? reason : undefined);
  return text && ` ${text}`;
}
