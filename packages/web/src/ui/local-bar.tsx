import type { RefObject } from "react";
import { useFirstWords } from "../words/use-words.ts";
import { LanguageSwitch } from "./language-switch.tsx";

interface LocalBarProps {
  heading: string;
  /** The start of the page's own part. */
  place: RefObject<HTMLElement | null>;
}

/** The head of a page that exists only on one machine: skip to its content, and the way back. */
export function LocalBar({ heading, place }: LocalBarProps) {
  const { shell } = useFirstWords();
  return (
    <>
      <button type="button" className="skip-link" onClick={() => place.current?.focus()}>
        {shell.skip}
      </button>
      <header className="bar">
        <p className="brand">
          <a href="./index.html">Callboard</a> <span className="brand-page">{heading}</span>
        </p>
        <div className="bar-end">
          <LanguageSwitch />
        </div>
      </header>
    </>
  );
}
