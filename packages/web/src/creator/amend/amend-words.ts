import { amend as en } from "../../words/en/amend.ts";
import { amend as ja } from "../../words/ja/amend.ts";
import { useWords } from "../../words/use-words.ts";
import type { Words } from "../../words/words.ts";

/** The words of a page with those of changing a question, which come with the code that does so. */
export type AmendWords = Words & { readonly amend: typeof en };

/** The words for giving a question more time, and for putting it to others. */
export function useAmendWords(): AmendWords {
  const words = useWords();
  return { ...words, amend: words.lang === "ja" ? ja : en };
}
