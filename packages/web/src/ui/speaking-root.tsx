import { type ReactNode, useSyncExternalStore } from "react";
import type { Root } from "react-dom/client";
import type { Texts } from "../words/en/index.ts";
import { LANGUAGE_KEY, type LanguageSources, openPageWords, type PageWords } from "../words/page-words.ts";
import { PageWordsProvider, WordsProvider } from "../words/use-words.ts";
import { loadTexts, type Words } from "../words/words.ts";

/** Where a page is drawn, in the words of its reader. */
export type SpeakingRoot = Pick<Root, "render">;

/**
 * Opens the words of this page, and has whatever is drawn at `root` follow them, live and in all frames and tabs. One that
 * is embedded keeps nothing.
 */
export async function speakingRoot(
  root: Root,
  page: keyof Texts["shell"]["pages"] = "start",
  isEmbedded = false,
): Promise<SpeakingRoot> {
  const pageWords = await openBrowserWords(isEmbedded ? nothingKept : tabStorage);
  let title = document.title;
  /** What stands in the HTML is English; a title that a component has set since is left to it. */
  const speak = ({ lang, shell: { pages } }: Words) => {
    document.documentElement.lang = lang;
    if (document.title === title) document.title = pages[page].title;
    title = pages[page].title;
    document.querySelector('meta[name="description"]')?.setAttribute("content", pages[page].about);
  };
  // Before anything is drawn and read aloud in it.
  speak(pageWords.current);
  pageWords.follow(() => speak(pageWords.current));
  return { render: (page) => root.render(<Speaking pageWords={pageWords}>{page}</Speaking>) };
}

function Speaking({ pageWords, children }: { pageWords: PageWords; children: ReactNode }) {
  const words = useSyncExternalStore(pageWords.follow, () => pageWords.current);
  return (
    <PageWordsProvider value={pageWords}>
      <WordsProvider value={words}>{children}</WordsProvider>
    </PageWordsProvider>
  );
}

const nothingKept: LanguageSources["tab"] = { getItem: () => null, setItem() {}, removeItem() {} };

const tabStorage: LanguageSources["tab"] = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
};

async function openBrowserWords(tab: LanguageSources["tab"]): Promise<PageWords> {
  const pageWords = await openPageWords({
    // A browser that keeps nothing throws as soon as it is asked for its storage.
    remembered: {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, value) => localStorage.setItem(key, value),
    },
    tab,
    linked: new URLSearchParams(window.location.search).get("lang"),
    unlink: forgetLink,
    wanted: navigator.languages,
    load: loadTexts,
  });
  window.addEventListener("storage", ({ key }) => {
    if (key === LANGUAGE_KEY || key === null) void pageWords.changedElsewhere();
  });
  // A page that comes back from the browser's history was told nothing meanwhile.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) void pageWords.changedElsewhere();
  });
  return pageWords;
}

/** Takes the link's language out of the address, and nothing else. */
function forgetLink(): void {
  const { search, hash, pathname } = window.location;
  const others = search
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && !/^lang(=|$)/.test(part));
  if (others.length === search.slice(1).split("&").length) return;
  const kept = others.length === 0 ? "" : `?${others.join("&")}`;
  window.history.replaceState(window.history.state, "", `${pathname}${kept}${hash}`);
}
