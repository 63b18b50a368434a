import { countText, plural } from "../plural.ts";

/** Texts of what happened to a subject. */
export const history = {
  heading: "History",
  show: "Show what happened",
  hide: "Hide what happened",
  refresh: "Look again",
  earlier: "Show earlier",
  all: "That is all that is kept.",
  none: "Nothing is kept of it.",
  unavailable: "The history cannot be read just now.",
  shown: (count: number) => `${countText("en", count)} ${plural("en", count, "entry", "entries")} shown.`,

  attempt: (label: string, attempt: number) => `${label}, attempt ${attempt}`,
  whole: "As a whole",
  cause: (cause: string) => `Cause: ${cause}`,
  runs: {
    running: "It goes on again.",
    succeeded: "The run has ended.",
    failed: "The run has failed.",
    timed_out: "The run took too long and was stopped.",
    aborted: "The run was stopped by hand.",
  },
  facts: (names: string) => `Facts: ${names}`,
  factsAndMore: (names: string, more: number) => `Facts: ${names} and ${more} more`,
  removed: (name: string) => `${name} (taken away)`,
  candidates: (count: number) => `${count} ${plural("en", count, "proposal", "proposals")} came.`,
  candidatesOf: (count: number, source: string) =>
    `${count} ${plural("en", count, "proposal", "proposals")} came from ${source}.`,

  questions: {
    asked: (prompt: string) => `It was asked: ${prompt}`,
    seen: (who: string) => `${who} opened the question.`,
    reminded: "Those who were asked were reminded.",
    escalated: "It was put to more people.",
    extended: (who: string) => `${who} gave it more time.`,
    reassigned: (who: string) => `${who} put it to others.`,
    erased: "Somebody's name and words were taken out.",
    answered: (who: string, action: string) => `${who} ${action}.`,
    answeredBySystem: "Nobody answered in time, so the system did.",
    somebody: "Somebody",
    until: (at: string) => `Until ${at}`,
    /** Which question it is about, after its name. */
    round: (thread: string, round: number) => `${thread}, round ${round}`,
  },
};
