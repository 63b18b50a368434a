import { en, type Words } from "./words-en.ts";
import { ja } from "./words-ja.ts";

export type { Words };

const tables: Readonly<Record<string, Words>> = { en, ja };

/** The language of the texts (`lang`), and how the reader writes times and numbers (`locale`). */
export interface Spoken {
  readonly words: Words;
  readonly lang: string;
  readonly locale: string;
}

const baseOf = (tag: string): string => tag.toLowerCase().split("-")[0]!;
const isSpoken = (tag: string): boolean => Object.hasOwn(tables, baseOf(tag));

/**
 * The texts for a page: in the language that it names (a BCP 47 tag), else in the first of the reader's
 * languages that is available, else in English. Times are written as in the reader's region of that language.
 */
export function wordsFor(named: string, wanted: readonly string[]): Spoken {
  const tag = [named, ...wanted].find(isSpoken) ?? "en";
  const lang = baseOf(tag);
  const locale = tag === lang ? wanted.find((one) => baseOf(one) === lang && isTag(one)) : tag;
  return { words: tables[lang]!, lang, locale: locale !== undefined && isTag(locale) ? locale : lang };
}

/** Some machines name their language in a form that `Intl` rejects: `en-US@posix`. */
export function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
