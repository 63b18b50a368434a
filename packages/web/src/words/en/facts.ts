import { countText, plural } from "../plural.ts";

/** Texts of facts and broadcasts. */
export const facts = {
  heading: "Facts",
  ownersOnly: "for owners only",
  yes: "Yes",
  no: "No",
  more: (count: number) => `and ${countText("en", count)} more`,
  moreColumns: (count: number) =>
    `and ${countText("en", count)} more ${plural("en", count, "column", "columns")}`,
  live: "Live",
  liveSince: (at: string) => `since ${at}`,
  ended: (at: string) => `Live until ${at}`,
  views: (count: number) => `${countText("en", count)} watching live`,
};
