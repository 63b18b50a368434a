import "../styles/index.css";
import type { ReactNode } from "react";
import { AccountBar, AccountProblem } from "./account.tsx";
import { ConnectionStatus } from "./connection-status.tsx";

/** The frame of a page: the bar with the state of the connection, and the page's own content. */
export function AppShell({ page, children }: { page: string; children: ReactNode }) {
  return (
    <>
      {/* A link would put its fragment in place of the video's. */}
      <button type="button" className="skip-link" onClick={() => document.getElementById("content")?.focus()}>
        Skip to the content
      </button>
      <header className="bar">
        <p className="brand">
          <a href="./index.html">Callboard</a> <span className="brand-page">{page}</span>
        </p>
        <div className="bar-end">
          <ConnectionStatus />
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
