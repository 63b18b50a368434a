import { tabStorage } from "../session/tab-storage.ts";
import { LANGUAGE_KEY, type LanguageSources, openPageWords, type PageWords } from "./page-words.ts";
import { loadTexts } from "./words.ts";

const nothingKept: LanguageSources["tab"] = { getItem: () => null, setItem() {}, removeItem() {} };

/**
 * Opens the words of this page, and follows the language choice in all its frames and tabs. An embedded page
 * keeps nothing.
 */
export async function openBrowserWords({ isEmbedded = false, load = loadTexts } = {}): Promise<PageWords> {
  const pageWords = await openPageWords({
    // A browser without storage throws at the first access.
    remembered: {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, value) => localStorage.setItem(key, value),
    },
    tab: isEmbedded ? nothingKept : tabStorage,
    linked: new URLSearchParams(window.location.search).get("lang"),
    unlink: forgetLink,
    wanted: navigator.languages,
    load,
  });
  window.addEventListener("storage", ({ key }) => {
    if (key === LANGUAGE_KEY || key === null) void pageWords.changedElsewhere();
  });
  // A page that comes back from the browser's history has missed changes.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) void pageWords.changedElsewhere();
  });
  return pageWords;
}

/** Removes the link's language from the address, and nothing else. */
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
