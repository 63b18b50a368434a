import { history as en } from "../words/en/history.ts";
import { history as ja } from "../words/ja/history.ts";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** The words of a page with those of histories, which come with the code that shows them. */
export type HistoryWords = Words & { readonly history: typeof en };

/** The words for what happened to a subject. */
export function useHistoryWords(): HistoryWords {
  const words = useWords();
  return { ...words, history: words.lang === "ja" ? ja : en };
}
