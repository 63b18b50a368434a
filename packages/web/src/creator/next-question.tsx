import { createContext, useContext } from "react";
import { useKeysAreOn } from "../ui/use-keys.ts";
import { useWords } from "../words/use-words.ts";

/** The way to the next open question of the inbox. */
interface Next {
  /** The number of other open questions. */
  readonly others: number;
  go(): void;
}

const Given = createContext<Next | undefined>(undefined);

/** Provides the next question to all components below it; undefined when no other is open. */
export const NextProvider = Given.Provider;

/** A button for the next open question; nothing when there is none. */
export function NextQuestion() {
  const words = useWords().frame.inbox;
  const next = useContext(Given);
  const keys = useKeysAreOn();
  if (!next) return null;
  return (
    <button
      type="button"
      className="button next-question"
      aria-keyshortcuts={keys ? "n" : undefined}
      onClick={next.go}
    >
      {words.next} <span className="quiet">{words.nextCount(next.others)}</span>
      {keys && (
        <span className="key" aria-hidden="true">
          n
        </span>
      )}
    </button>
  );
}
