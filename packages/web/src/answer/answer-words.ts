import type { AnsweringTexts } from "../words/en/answering.ts";
import type { Texts } from "../words/en/index.ts";
import { useWords } from "../words/use-words.ts";
import type { Language, Words } from "../words/words.ts";

/** The words of the page on which people answer who were told elsewhere. */
export type AnswerWords = Words & AnsweringTexts;

/** Loads its texts. Rejects when they cannot be loaded. */
export async function loadAnswerTexts(lang: Language): Promise<Texts & AnsweringTexts> {
  const texts =
    lang === "ja"
      ? (await import("../words/ja/answering.ts")).jaAnswering
      : (await import("../words/en/answering.ts")).enAnswering;
  // What is drawn here takes nothing of the other parts; the page's tests draw it with these alone.
  return texts as Texts & AnsweringTexts;
}

/** What a page's words are, where they are known to be this page's. */
export const asAnswerWords = (words: Words): AnswerWords => words as AnswerWords;

/** The words of this page. Only for what stands on it. */
export const useAnswerWords = (): AnswerWords => asAnswerWords(useWords());
