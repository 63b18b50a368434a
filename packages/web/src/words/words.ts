import type { Texts } from "./en/index.ts";

/** The languages that the pages speak, each by its own name. */
export const languages = { en: "English", ja: "日本語" } as const;

export type Language = keyof typeof languages;

/** The texts, and how their reader writes times and numbers. */
export interface Words extends Texts {
  readonly lang: Language;
  /** A BCP 47 tag for `Intl`: the language with the reader's own region. */
  readonly locale: string;
  /** Undefined for the reader's own. */
  readonly timeZone?: string | undefined;
}

/** The texts of a language; each language is a chunk of its own. */
export const loadTexts = async (lang: Language): Promise<Texts> =>
  lang === "ja" ? (await import("./ja/index.ts")).ja : (await import("./en/index.ts")).en;

/** The first language of the reader's that the pages speak; English when they speak none. */
export function languageFor(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => tag.toLowerCase().split("-")[0]!);
  return known.find((tag): tag is Language => Object.hasOwn(languages, tag)) ?? "en";
}

/** The language with the region that the reader's browser names for it: `en-GB`, `ja-JP`. */
export const localeFor = (lang: Language, wanted: readonly string[]): string =>
  wanted.find((tag) => tag.toLowerCase().split("-")[0] === lang) ?? lang;

/** One of two words by a count, in languages that tell them apart: `plural("en", 1, "answer", "answers")`. */
export const plural = (lang: Language, count: number, one: string, other: string): string =>
  new Intl.PluralRules(lang).select(count) === "one" ? one : other;
