import type { ReactNode } from "react";
import { usePageTitle } from "../ui/page-title.tsx";
import { useWords } from "../words/use-words.ts";

/** The desk while nothing lies on it. */
export function Desk({ heading, kind, children }: { heading?: string; kind: string; children?: ReactNode }) {
  return (
    <div className="empty-desk" data-desk={kind}>
      {heading !== undefined && <h1>{heading}</h1>}
      {children}
    </div>
  );
}

/** Names the page while no subject does. It is there at once, whatever of the desk is still to come. */
export function DeskTitle() {
  usePageTitle(useWords().shell.pages.creator);
  return null;
}

/** The desk while the subject of a question is searched for. */
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

/** The desk of a question that its reader may not see, or that is not there. */
export function UnknownDesk() {
  const { desk } = useWords().frame;
  return (
    <Desk kind="unknown" heading={desk.unknownHeading}>
      <p role="status">{desk.unknownText}</p>
    </Desk>
  );
}
