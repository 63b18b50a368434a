import { countText, plural } from "../plural.ts";

/** Texts of histories. */
export const history = {
  heading: "History",
  show: "Show what happened",
  hide: "Hide what happened",
  refresh: "Refresh",
  earlier: "Show earlier",
  all: "There are no earlier entries.",
  none: "There is no history.",
  unavailable: "The history cannot be read right now.",
  shown: (count: number) => `${countText("en", count)} ${plural("en", count, "entry", "entries")} shown.`,

  attempt: (label: string, attempt: number) => `${label}, attempt ${attempt}`,
  whole: "As a whole",
  cause: (cause: string) => `Cause: ${cause}`,
  runs: {
    running: "It continues.",
    succeeded: "The run has ended.",
    failed: "The run has failed.",
    timed_out: "The run took too long and was stopped.",
    aborted: "The run was stopped by hand.",
  },
  facts: (names: string) => `Facts: ${names}`,
  factsAndMore: (names: string, more: number) => `Facts: ${names} and ${more} more`,
  removed: (name: string) => `${name} (removed)`,
  candidates: (count: number) => `${count} ${plural("en", count, "proposal", "proposals")} came.`,
  candidatesOf: (count: number, source: string) =>
    `${count} ${plural("en", count, "proposal", "proposals")} came from ${source}.`,

  questions: {
    asked: (prompt: string) => `It was asked: ${prompt}`,
    seen: (who: string) => `${who} opened the question.`,
    reminded: "Those who were asked were reminded.",
    escalated: "More people were asked.",
    extended: (who: string) => `${who} gave it more time.`,
    reassigned: (who: string) => `${who} assigned it to others.`,
    erased: "Somebody's name and words were erased.",
    answered: (who: string, action: string) => `${who} ${action}.`,
    answeredBySystem: "Nobody answered in time, so the system did.",
    somebody: "Somebody",
    until: (at: string) => `Until ${at}`,
    /** Which question it is about, after its name. */
    round: (thread: string, round: number) => `${thread}, round ${round}`,
  },
};
