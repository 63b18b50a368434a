import { enFirst } from "../words/en/theatre.ts";
import { jaFirst } from "../words/ja/theatre.ts";
import type { FirstWords } from "../words/words.ts";

/** The words of a reader in London. */
export const englishForTests: FirstWords = {
  ...enFirst,
  lang: "en",
  locale: "en-GB",
  timeZone: "Europe/London",
};

/** The words of a reader in Tokyo. */
export const japaneseForTests: FirstWords = {
  ...jaFirst,
  lang: "ja",
  locale: "ja-JP",
  timeZone: "Asia/Tokyo",
};
