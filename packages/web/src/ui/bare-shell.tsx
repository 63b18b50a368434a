import type { ReactNode } from "react";
import { LanguageSwitch } from "./language-switch.tsx";

/** The frame of a page that people come to from elsewhere: it follows nothing, and is about one thing. */
export const BareShell = ({ children }: { children: ReactNode }) => (
  <>
    <header className="bar">
      <p className="brand">
        <span translate="no">Callboard</span>
      </p>
      <div className="bar-end">
        <LanguageSwitch />
      </div>
    </header>
    <main className="bare-page">{children}</main>
  </>
);

/** One thing that such a page has to say. */
export const BareNotice = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="card bare-notice">
    <h1>{title}</h1>
    {children}
  </section>
);
