import { createContext, useContext, useEffect } from "react";

const Before = createContext("");

/** What stands before the title of every page below it, such as a count. */
export const TitlePrefix = Before.Provider;

/** Names the page in its tab and in the browser's history. */
export function usePageTitle(title: string): void {
  const before = useContext(Before);
  useEffect(() => {
    document.title = `${before}${title}`;
  }, [before, title]);
}
