import { type ReactNode, useSyncExternalStore } from "react";
import type { Root } from "react-dom/client";
import type { PageWords } from "../words/page-words.ts";
import { PageWordsProvider, WordsProvider } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** The root of a page, with the words of its reader. */
export type SpeakingRoot = Pick<Root, "render">;

const forcedColors = window.matchMedia("(forced-colors: active)");

/** Loaded only for the few who need it. */
function styleForcedColors(): void {
  if (forcedColors.matches) void import("../styles/forced-colors.css");
}

/**
 * Draws everything at `root` with the words of this page, and follows language changes in all frames and
 * tabs.
 */
export async function speakingRoot(
  root: Root,
  titleIn: (words: Words) => string,
  opening: Promise<PageWords>,
): Promise<SpeakingRoot> {
  styleForcedColors();
  forcedColors.addEventListener("change", styleForcedColors);
  const pageWords = await opening;
  let title = document.title;
  /** The static HTML is English; a title that a component has set stays. */
  const speak = (words: Words) => {
    const own = titleIn(words);
    document.documentElement.lang = words.lang;
    if (document.title === title) document.title = own;
    title = own;
  };
  // Before anything is drawn and announced in that language.
  speak(pageWords.current);
  pageWords.follow(() => speak(pageWords.current));
  return { render: (drawn) => root.render(<Speaking pageWords={pageWords}>{drawn}</Speaking>) };
}

function Speaking({ pageWords, children }: { pageWords: PageWords; children: ReactNode }) {
  const words = useSyncExternalStore(pageWords.follow, () => pageWords.current);
  return (
    <PageWordsProvider value={pageWords}>
      <WordsProvider value={words}>{children}</WordsProvider>
    </PageWordsProvider>
  );
}
