import { en, type Words } from "./words-en.ts";
import { ja } from "./words-ja.ts";

export type { Words };

const tables: Readonly<Record<string, Words>> = { en, ja };

/** What a reader is spoken to in: `lang` is that of the words, `locale` how they write times and numbers. */
export interface Spoken {
  readonly words: Words;
  readonly lang: string;
  readonly locale: string;
}

const baseOf = (tag: string): string => tag.toLowerCase().split("-")[0]!;
const isSpoken = (tag: string): boolean => Object.hasOwn(tables, baseOf(tag));

/**
 * The words for a page: in the language that it names (a BCP 47 tag), else in the first of the reader's own that there are
 * words for, else in English. Times are written as in the reader's own region of that language.
 */
export function wordsFor(named: string, wanted: readonly string[]): Spoken {
  const tag = [named, ...wanted].find(isSpoken) ?? "en";
  const lang = baseOf(tag);
  const locale = tag === lang ? wanted.find((one) => baseOf(one) === lang && isTag(one)) : tag;
  return { words: tables[lang]!, lang, locale: locale !== undefined && isTag(locale) ? locale : lang };
}

/** Some machines name their language as `Intl` does not take it: `en-US@posix`. */
export function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
