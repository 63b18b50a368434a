import { type ReactNode, useLayoutEffect, useSyncExternalStore } from "react";
import type { Root } from "react-dom/client";
import type { PageWords } from "../words/page-words.ts";
import { PageWordsProvider, WordsProvider } from "../words/use-words.ts";

/** Where a page is drawn, in the words of its reader. */
export type SpeakingRoot = Pick<Root, "render">;

/** Has whatever is drawn at `root` follow the words of this page, live and in all frames and tabs. */
export async function speakingRoot(root: Root, opening: Promise<PageWords>): Promise<SpeakingRoot> {
  const pageWords = await opening;
  return { render: (page) => root.render(<Speaking pageWords={pageWords}>{page}</Speaking>) };
}

function Speaking({ pageWords, children }: { pageWords: PageWords; children: ReactNode }) {
  const words = useSyncExternalStore(pageWords.follow, () => pageWords.current);
  // Before anything is read aloud.
  useLayoutEffect(() => {
    document.documentElement.lang = words.lang;
  }, [words]);
  return (
    <PageWordsProvider value={pageWords}>
      <WordsProvider value={words}>{children}</WordsProvider>
    </PageWordsProvider>
  );
}
