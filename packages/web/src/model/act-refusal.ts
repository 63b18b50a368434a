import { latestOf } from "@callboard/client/headless";
import type { RefusalCode } from "@callboard/protocol";
import { waitText } from "./refusal.ts";
import { type Locale, momentText } from "./time.ts";

/** What somebody wants of a question beside answering it. */
export type ActKind = "extend" | "reassign";

type Details = Readonly<Record<string, unknown>>;

/** Why more time was not given, or a question not put to others, in plain words. */
export function actRefusalText(
  act: ActKind,
  code: RefusalCode,
  details: Details,
  context: { deadline?: number | undefined; now: number; locale?: Locale },
): string {
  switch (code) {
    case "forbidden":
      return act === "extend"
        ? "Only those who are asked, and the owners of the video, may give it more time."
        : "Only the owners of the video may put its question to others.";
    case "invalid":
      return act === "extend" ? tooLate(details, context) : "It cannot be put to these. Look at the names.";
    case "already_answered":
      return "The question has been answered meanwhile.";
    case "expired":
      return "The time to answer is over.";
    case "withdrawn":
      return "The workflow no longer waits for an answer.";
    case "superseded":
    case "stale_round":
      return "A newer question has taken the place of this one.";
    case "not_found":
      return "This question does not exist any more.";
    case "rate_limited":
      return `That was too often in a short time. ${waitText(details)} and try again.`;
  }
}

function tooLate(
  details: Details,
  { deadline, now, locale }: { deadline?: number | undefined; now: number; locale?: Locale },
): string {
  const latest = latestOf(details, deadline);
  if (latest !== undefined) return `The workflow waits until ${momentText(latest, now, locale)} at most.`;
  return typeof details.latest === "number"
    ? "The workflow waits no longer than that: there is no more time to give."
    : "The deadline cannot be moved to that time.";
}
