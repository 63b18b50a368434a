import { plural } from "../plural.ts";

/** Texts of giving a question more time, and of putting it to others. */
export const amend = {
  close: "Close",
  steps: { quarter: "+15 minutes", hour: "+1 hour" },
  timeLegend: "More time to answer",
  untilButton: (at: string) => `Until ${at}`,
  extended: (at: string) => `There is time until ${at}.`,
  who: "Who shall answer instead",
  whoHint: "A name to pick from, or user/ben and role/editors; several with commas between.",
  ask: "Ask them",
  reassigned: (who: string) => `It is now put to ${who}.`,
  sending: "Sending…",
  unsure: "Nobody said what became of it. Look at the question, and try again.",
  chosen: "Chosen",
  leaveOut: (name: string, id: string) => `Leave out ${name}, ${id}`,
  people: "People",
  nobodyFound: "Nobody of that name has been here.",
  cannotLook: "Nobody can be looked up here: write user/… or role/….",
  found: (count: number) => `${count} ${plural("en", count, "person", "people")} found.`,
};
