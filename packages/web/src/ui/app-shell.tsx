import type { ReactNode } from "react";
import { useWords } from "../words/use-words.ts";
import { AccountBar, AccountProblem } from "./account.tsx";
import { ConnectionStatus } from "./connection-status.tsx";
import { LanguageSwitch } from "./language-switch.tsx";

/** If there is a question to answer, that is the content. */
const skip = () =>
  (document.querySelector<HTMLElement>("[data-skip-to]") ?? document.getElementById("content"))?.focus();

/** The frame of a page: the bar with the connection's state, and the page's content. */
export function AppShell({ page, children }: { page: string; children: ReactNode }) {
  const words = useWords();
  return (
    <>
      {/* A link would put its fragment in place of the video's. */}
      <button type="button" className="skip-link" onClick={skip}>
        {words.shell.skip}
      </button>
      <header className="bar">
        <p className="brand">
          {/* In a frame of the first page, the link must open in the outer page. */}
          <a href="./index.html" target="_top">
            Callboard
          </a>{" "}
          <span className="brand-page">{page}</span>
        </p>
        <div className="bar-end">
          <ConnectionStatus />
          <LanguageSwitch />
          <AccountBar />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <AccountProblem />
        {children}
      </main>
    </>
  );
}
