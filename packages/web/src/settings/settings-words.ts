import type { Texts } from "../words/en/index.ts";
import type { SettingsTexts } from "../words/en/settings.ts";
import { useWords } from "../words/use-words.ts";
import type { Language, Words } from "../words/words.ts";

/** The words of the page for notification settings. */
export type SettingsWords = Words & SettingsTexts;

/** Loads its texts. Rejects when they cannot be loaded. */
export async function loadSettingsTexts(lang: Language): Promise<Texts & SettingsTexts> {
  const texts =
    lang === "ja"
      ? (await import("../words/ja/settings.ts")).jaSettings
      : (await import("../words/en/settings.ts")).enSettings;
  // The page loads no other texts; its tests draw it with these only.
  return texts as Texts & SettingsTexts;
}

/** The words of a page that is known to be this one. */
export const asSettingsWords = (words: Words): SettingsWords => words as SettingsWords;

/** The words of this page; only for its own components. */
export const useSettingsWords = (): SettingsWords => asSettingsWords(useWords());
