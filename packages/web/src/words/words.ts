import type { Texts } from "./en/index.ts";
import type { FirstTexts } from "./en/theatre.ts";

/** The languages of the pages, each by its own name. */
export const languages = { en: "English", ja: "日本語" } as const;

export type Language = keyof typeof languages;

/** The texts, and how their reader writes times and numbers. */
export interface Words extends Texts {
  readonly lang: Language;
  /** A BCP 47 tag for `Intl`: the language with the reader's own region. */
  readonly locale: string;
  /** Undefined for the reader's own time zone. */
  readonly timeZone?: string | undefined;
}

/** The words of the first page. */
export type FirstWords = Words & FirstTexts;

/** Loads the texts of a language; each language is a separate chunk. Rejects when it cannot be loaded. */
export const loadTexts = async (lang: Language): Promise<Texts> =>
  lang === "ja" ? (await import("./ja/index.ts")).ja : (await import("./en/index.ts")).en;

/** The same for the first page, with its own texts. */
export const loadFirstTexts = async (lang: Language): Promise<FirstTexts> =>
  lang === "ja" ? (await import("./ja/theatre.ts")).jaFirst : (await import("./en/theatre.ts")).enFirst;

/** The language of a tag, `ja` for `ja-JP`; undefined for one that the pages do not have. */
export function languageOf(tag: string): Language | undefined {
  const [base = ""] = tag.toLowerCase().split(/[-_]/);
  return Object.hasOwn(languages, base) ? (base as Language) : undefined;
}

/** The first of the reader's languages that the pages have; English when there is none. */
export const languageFor = (wanted: readonly string[]): Language =>
  wanted.map(languageOf).find((lang) => lang !== undefined) ?? "en";

/**
 * The language with the region of the reader's browser: `en-GB`, `ja-JP`. Tags that `Intl` rejects are
 * skipped: headless Chrome on Linux has reported `en-US@posix`.
 */
export const localeFor = (lang: Language, wanted: readonly string[]): string =>
  wanted.find((tag) => languageOf(tag) === lang && isTag(tag)) ?? lang;

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
