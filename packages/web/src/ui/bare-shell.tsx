import type { ReactNode } from "react";
import { LanguageSwitch } from "./language-switch.tsx";

/** The frame of a page that people open from a mail or a link: it follows nothing, and has one purpose. */
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

/** The message of such a page. */
export const BareNotice = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="card bare-notice">
    <h1>{title}</h1>
    {children}
  </section>
);
