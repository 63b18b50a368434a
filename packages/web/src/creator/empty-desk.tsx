import type { ReactNode } from "react";
import { usePageTitle } from "../ui/page-title.tsx";
import { useWords } from "../words/use-words.ts";

/** The main area while no subject is open. */
export function Desk({ heading, kind, children }: { heading?: string; kind: string; children?: ReactNode }) {
  return (
    <div className="empty-desk" data-desk={kind}>
      {heading !== undefined && <h1>{heading}</h1>}
      {children}
    </div>
  );
}

/** The page's title while no subject is open; shown at once, even if the rest is still loading. */
export function DeskTitle() {
  usePageTitle(useWords().shell.pages.creator);
  return null;
}

/** The main area while the subject of a question is looked up. */
export function LookingDesk() {
  const words = useWords().frame;
  return (
    <Desk kind="looking">
      <p className="quiet" role="status">
        {words.looking}
      </p>
    </Desk>
  );
}

/** The main area for a question that does not exist, or that the reader may not see. */
export function UnknownDesk() {
  const { desk } = useWords().frame;
  return (
    <Desk kind="unknown" heading={desk.unknownHeading}>
      <p role="status">{desk.unknownText}</p>
    </Desk>
  );
}
