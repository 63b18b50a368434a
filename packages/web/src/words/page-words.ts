import { attempt, type PageStorage } from "../session/tab-storage.ts";
import type { Texts } from "./en/index.ts";
import { type Language, languageFor, languageOf, languages, localeFor, type Words } from "./words.ts";

/** The key of the choice, in this browser and for all its tabs. */
export const LANGUAGE_KEY = "callboard.language";

/** The words of a page; its reader may choose another language at any time. */
export interface PageWords {
  /** The same object until the language changes. */
  readonly current: Words;
  /**
   * Changes the language here and in all other pages, and keeps the choice. Rejects, and changes nothing,
   * when it cannot be loaded.
   */
  choose(lang: Language): Promise<void>;
  /** Keeps a language for the next load of this page, and changes nothing until then. */
  remember(lang: Language): void;
  /** Another page has changed the choice; if its language cannot be loaded, nothing changes. */
  changedElsewhere(): Promise<void>;
  follow(changed: () => void): () => void;
}

/** The sources from which the language is chosen. */
export interface LanguageSources {
  /** `localStorage`, or a replacement. It may throw. */
  readonly remembered: Pick<Storage, "getItem" | "setItem">;
  /** `sessionStorage`: a link's language, as long as its tab exists. It may throw. */
  readonly tab: PageStorage;
  /** The `?lang=` of a link. */
  readonly linked: string | null;
  /** Removes it from the address, because the reader has chosen another. */
  readonly unlink: () => void;
  /** The browser's languages, the best first. */
  readonly wanted: readonly string[];
  readonly load: (lang: Language) => Promise<Texts>;
}

/**
 * Opens a page's words: in the language of its link, else the one chosen before, else the browser's; in
 * another when that cannot be loaded.
 */
export async function openPageWords(sources: LanguageSources): Promise<PageWords> {
  const { remembered, tab, linked, wanted, load } = sources;
  const followers = new Set<() => void>();
  const wordsOf = async (lang: Language): Promise<Words> => ({
    ...(await load(lang)),
    lang,
    locale: localeFor(lang, wanted),
  });

  const named = languageOf(linked ?? "");
  if (named !== undefined) attempt(() => tab.setItem(LANGUAGE_KEY, named));
  const read = (storage: Pick<Storage, "getItem">) =>
    languageOf(attempt(() => storage.getItem(LANGUAGE_KEY)) ?? "");
  const first = named ?? read(tab) ?? read(remembered) ?? languageFor(wanted);
  let current = await wordsOf(first).catch((cause: unknown) => {
    // A page in another language is better than an empty one.
    const other = (Object.keys(languages) as Language[]).find((lang) => lang !== first);
    if (other === undefined) throw cause;
    return wordsOf(other);
  });
  let asked = current.lang;

  function forgetLink(): void {
    attempt(() => tab.removeItem(LANGUAGE_KEY));
    sources.unlink();
  }

  /** Returns whether it was changed: of several requested languages, the last one counts. */
  async function change(lang: Language): Promise<boolean> {
    asked = lang;
    const next = lang === current.lang ? current : await wordsOf(lang);
    if (asked !== lang) return false;
    forgetLink();
    if (next === current) return true;
    current = next;
    for (const told of [...followers]) told();
    return true;
  }

  return {
    get current() {
      return current;
    },
    async choose(lang) {
      if (await change(lang)) attempt(() => remembered.setItem(LANGUAGE_KEY, lang));
    },
    remember(lang) {
      forgetLink();
      attempt(() => remembered.setItem(LANGUAGE_KEY, lang));
    },
    async changedElsewhere() {
      const lang = read(remembered);
      if (lang !== undefined) await change(lang).catch(() => {});
    },
    follow(changed) {
      followers.add(changed);
      return () => followers.delete(changed);
    },
  };
}
