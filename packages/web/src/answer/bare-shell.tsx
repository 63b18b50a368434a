import type { ReactNode } from "react";
import { LanguageSwitch } from "../ui/language-switch.tsx";

/** The frame of a page whose reader has come with a link and leaves again: there is nowhere else to go from it. */
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
    <main id="content" className="bare">
      {children}
    </main>
  </>
);

/** One thing that such a page has to say. */
export const BareNotice = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="card bare-notice">
    <h1>{title}</h1>
    {children}
  </section>
);
