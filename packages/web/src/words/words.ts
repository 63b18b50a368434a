import type { Texts } from "./en/index.ts";
import type { FirstTexts } from "./en/theatre.ts";

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

/** The words of the first page. */
export type FirstWords = Words & FirstTexts;

/** The texts of a language; each language is a chunk of its own. Rejects when it cannot be loaded. */
export const loadTexts = async (lang: Language): Promise<Texts> =>
  lang === "ja" ? (await import("./ja/index.ts")).ja : (await import("./en/index.ts")).en;

/** The same for the first page, with the texts that it alone shows. */
export const loadFirstTexts = async (lang: Language): Promise<FirstTexts> =>
  lang === "ja" ? (await import("./ja/theatre.ts")).jaFirst : (await import("./en/theatre.ts")).enFirst;

/** The language that a tag names, `ja` for `ja-JP`; undefined for one that the pages do not speak. */
export function languageOf(tag: string): Language | undefined {
  const [base = ""] = tag.toLowerCase().split(/[-_]/);
  return Object.hasOwn(languages, base) ? (base as Language) : undefined;
}

/** The first language of the reader's that the pages speak; English when they speak none. */
export const languageFor = (wanted: readonly string[]): Language =>
  wanted.map(languageOf).find((lang) => lang !== undefined) ?? "en";

/**
 * The language with the region that the reader's browser names for it: `en-GB`, `ja-JP`. What `Intl` would refuse is
 * passed over: headless Chrome on Linux has named `en-US@posix`.
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
