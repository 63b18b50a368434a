import { createContext, useContext } from "react";
import type { PageWords } from "./page-words.ts";
import type { FirstWords, Words } from "./words.ts";

const Given = createContext<Words | undefined>(undefined);
const Chosen = createContext<PageWords | undefined>(undefined);

/** Provides the texts of one language to all components below it. */
export const WordsProvider = Given.Provider;

/** Provides a way to choose another language to all components below it. */
export const PageWordsProvider = Chosen.Provider;

/** The texts of the page's language. Throws outside a `WordsProvider`. */
export function useWords(): Words {
  const words = useContext(Given);
  if (words === undefined) throw new Error("useWords needs a WordsProvider around it");
  return words;
}

/** The texts of the first page. Throws on any other page. */
export function useFirstWords(): FirstWords {
  const words = useWords();
  if (!("theatre" in words)) throw new Error("useFirstWords is only for the first page");
  return words as FirstWords;
}

/** The way to choose another language; undefined without one. */
export const usePageWords = (): PageWords | undefined => useContext(Chosen);
