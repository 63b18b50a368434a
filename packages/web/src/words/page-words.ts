import { attempt, type PageStorage } from "../session/tab-storage.ts";
import type { Texts } from "./en/index.ts";
import { type Language, languageFor, languageOf, languages, localeFor, type Words } from "./words.ts";

/** Where a choice is remembered, on this browser and for all its tabs. */
export const LANGUAGE_KEY = "callboard.language";

/** The words of a page: its reader may choose others at any time. */
export interface PageWords {
  /** The same object until the language changes. */
  readonly current: Words;
  /** Changes the language here and in all other pages, and remembers it. Rejects, and changes nothing, when it cannot be loaded. */
  choose(lang: Language): Promise<void>;
  /** Remembers a language for when this page is loaded again, and changes nothing until then. */
  remember(lang: Language): void;
  /** Another page has changed what is remembered; what cannot be loaded changes nothing. */
  changedElsewhere(): Promise<void>;
  follow(changed: () => void): () => void;
}

/** What the words are chosen by. */
export interface LanguageSources {
  /** `localStorage`, or what stands for it. It may throw. */
  readonly remembered: Pick<Storage, "getItem" | "setItem">;
  /** `sessionStorage`: a link's language, for as long as its tab is there. It may throw. */
  readonly tab: PageStorage;
  /** What a link's `?lang=` says. */
  readonly linked: string | null;
  /** Takes it out of the address: somebody has chosen since. */
  readonly unlink: () => void;
  /** What the browser is set to, the best first. */
  readonly wanted: readonly string[];
  readonly load: (lang: Language) => Promise<Texts>;
}

/** Opens a page's words: of the language that its link names, else of the one that was chosen once, else of the browser's; of another where that cannot be loaded. */
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
    // A page in another language says more than none.
    const other = (Object.keys(languages) as Language[]).find((lang) => lang !== first);
    if (other === undefined) throw cause;
    return wordsOf(other);
  });
  let asked = current.lang;

  function forgetLink(): void {
    attempt(() => tab.removeItem(LANGUAGE_KEY));
    sources.unlink();
  }

  /** Tells whether it came to that: of several languages that are asked for, the last one counts. */
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
