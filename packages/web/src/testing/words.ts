import { enAnswering } from "../words/en/answering.ts";
import type { Texts } from "../words/en/index.ts";
import { enSettings } from "../words/en/settings.ts";
import { enFirst } from "../words/en/theatre.ts";
import { jaAnswering } from "../words/ja/answering.ts";
import { jaFirst } from "../words/ja/theatre.ts";
import type { FirstWords, Words } from "../words/words.ts";

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

/** The words of the page that links open: only those that it loads. */
export const englishAnswering: Words = {
  ...(enAnswering as typeof enAnswering & Texts),
  lang: "en",
  locale: "en-GB",
  timeZone: "Europe/London",
};

/** The same in Tokyo. */
export const japaneseAnswering: Words = {
  ...(jaAnswering as typeof enAnswering & Texts),
  lang: "ja",
  locale: "ja-JP",
  timeZone: "Asia/Tokyo",
};

/** The words of the settings page: only those that it loads. */
export const englishSettings: Words = {
  ...(enSettings as typeof enSettings & Texts),
  lang: "en",
  locale: "en-GB",
  timeZone: "Europe/London",
};
