import { tabStorage } from "../session/tab-storage.ts";
import { LANGUAGE_KEY, type LanguageSources, openPageWords, type PageWords } from "./page-words.ts";
import { loadTexts } from "./words.ts";

const nothingKept: LanguageSources["tab"] = { getItem: () => null, setItem() {}, removeItem() {} };

/** Opens the words of this page, and has them follow what is chosen in all its frames and tabs. One that is embedded keeps nothing. */
export async function openBrowserWords({ isEmbedded = false, load = loadTexts } = {}): Promise<PageWords> {
  const pageWords = await openPageWords({
    // A browser that keeps nothing throws as soon as it is asked for its storage.
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
