import type { facts as english } from "../en/facts.ts";
import { countText } from "../plural.ts";

/** Texts of facts and broadcasts. */
export const facts: typeof english = {
  heading: "情報",
  ownersOnly: "所有者のみ",
  yes: "はい",
  no: "いいえ",
  more: (count: number) => `ほか${countText("ja", count)}件`,
  moreColumns: (count: number) => `ほか${countText("ja", count)}列`,
  live: "ライブ",
  liveSince: (at: string) => `${at}から`,
  ended: (at: string) => `${at}までライブ`,
  views: (count: number) => `${countText("ja", count)}人がライブで視聴中`,
};
