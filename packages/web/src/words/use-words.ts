import { createContext, useContext } from "react";
import type { Words } from "./words.ts";

const Given = createContext<Words | undefined>(undefined);

/** Gives everything below it the words of one language. */
export const WordsProvider = Given.Provider;

/** The words of the page's language. Throws outside a `WordsProvider`. */
export function useWords(): Words {
  const words = useContext(Given);
  if (words === undefined) throw new Error("useWords needs a WordsProvider around it");
  return words;
}
