import { createContext, useContext, useEffect } from "react";

const Before = createContext("");

/** A prefix for the title of every page below it, such as a count. */
export const TitlePrefix = Before.Provider;

/** Sets the title of the page in its tab and in the browser's history. */
export function usePageTitle(title: string): void {
  const before = useContext(Before);
  useEffect(() => {
    document.title = `${before}${title}`;
  }, [before, title]);
}
