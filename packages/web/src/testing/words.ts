import { en } from "../words/en/index.ts";
import { ja } from "../words/ja/index.ts";
import type { Words } from "../words/words.ts";

/** The words of a reader in London. */
export const englishForTests: Words = {
  ...en,
  lang: "en",
  locale: "en-GB",
  timeZone: "Europe/London",
};

/** The words of a reader in Tokyo. */
export const japaneseForTests: Words = {
  ...ja,
  lang: "ja",
  locale: "ja-JP",
  timeZone: "Asia/Tokyo",
};
