import type { Texts } from "../words/en/index.ts";
import type { SettingsTexts } from "../words/en/settings.ts";
import { useWords } from "../words/use-words.ts";
import type { Language, Words } from "../words/words.ts";

/** The words of the page on which people say how they are reached. */
export type SettingsWords = Words & SettingsTexts;

/** Loads its texts. Rejects when they cannot be loaded. */
export async function loadSettingsTexts(lang: Language): Promise<Texts & SettingsTexts> {
  const texts =
    lang === "ja"
      ? (await import("../words/ja/settings.ts")).jaSettings
      : (await import("../words/en/settings.ts")).enSettings;
  // What is drawn here takes nothing of the other parts; the page's tests draw it with these alone.
  return texts as Texts & SettingsTexts;
}

/** What a page's words are, where they are known to be this page's. */
export const asSettingsWords = (words: Words): SettingsWords => words as SettingsWords;

/** The words of this page. Only for what stands on it. */
export const useSettingsWords = (): SettingsWords => asSettingsWords(useWords());
