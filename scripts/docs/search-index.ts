import MiniSearch, { type Options } from "minisearch";

/** A part of a page in the search index. */
export interface SearchedSection {
  /** Its address within the site: `http.html#answer-a-question`. */
  readonly id: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

const options: Options<SearchedSection> = {
  fields: ["page", "title", "text"],
  storeFields: ["page", "title", "text"],
  // `<`, `=` and backticks are symbols, which the usual tokens keep.
  tokenize: (text) => text.split(/[\s\p{P}\p{S}]+/u).filter((word) => word !== ""),
  searchOptions: {
    combineWith: "AND",
    boost: { title: 4, page: 2 },
    prefix: true,
    // A typing error in a short word gives another word.
    fuzzy: (term) => term.length > 4 && 0.2,
    weights: { prefix: 0.6, fuzzy: 0.2 },
  },
};

/** The index of all sections, as the text of a file. */
export function writeIndex(sections: readonly SearchedSection[]): string {
  const index = new MiniSearch(options);
  index.addAll(sections);
  return JSON.stringify(index);
}

/** Reads the index from such a text. */
export const readIndex = (text: string): MiniSearch<SearchedSection> => MiniSearch.loadJSON(text, options);
