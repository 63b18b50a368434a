import { plural } from "../plural.ts";

/** Texts for giving a question more time, and for assigning it to others. */
export const amend = {
  close: "Close",
  steps: { quarter: "+15 minutes", hour: "+1 hour" },
  timeLegend: "More time to answer",
  untilButton: (at: string) => `Until ${at}`,
  extended: (at: string) => `There is time until ${at}.`,
  who: "Who should answer instead",
  whoHint: "Pick a name, or write user/ben or role/editors. Separate several with commas.",
  ask: "Ask them",
  reassigned: (who: string) => `It is now assigned to ${who}.`,
  sending: "Sending…",
  unsure: "The result is not known. Look at the question, and try again.",
  chosen: "Chosen",
  leaveOut: (name: string, id: string) => `Leave out ${name}, ${id}`,
  people: "People",
  nobodyFound: "Nobody with that name has used Callboard.",
  cannotLook: "Names cannot be searched here: write user/… or role/….",
  found: (count: number) => `${count} ${plural("en", count, "person", "people")} found.`,
};
