import type { AnsweringTexts } from "../words/en/answering.ts";
import type { Texts } from "../words/en/index.ts";
import { useWords } from "../words/use-words.ts";
import type { Language, Words } from "../words/words.ts";

/** The texts of the page that mails and chats link to. */
export type AnswerWords = Words & AnsweringTexts;

/** Loads its texts. Rejects when they cannot be loaded. */
export async function loadAnswerTexts(lang: Language): Promise<Texts & AnsweringTexts> {
  const texts =
    lang === "ja"
      ? (await import("../words/ja/answering.ts")).jaAnswering
      : (await import("../words/en/answering.ts")).enAnswering;
  // The page loads no other texts; its tests draw it with these only.
  return texts as Texts & AnsweringTexts;
}

/** The words of a page that is known to be this one. */
export const asAnswerWords = (words: Words): AnswerWords => words as AnswerWords;

/** The words of this page; only for its own components. */
export const useAnswerWords = (): AnswerWords => asAnswerWords(useWords());
