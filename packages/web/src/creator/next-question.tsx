import { createContext, useContext } from "react";
import { useKeysAreOn } from "../ui/use-keys.ts";
import { useWords } from "../words/use-words.ts";

/** The way to the next open question of the inbox. */
interface Next {
  /** Open questions beside the one at hand. */
  readonly others: number;
  go(): void;
}

const Given = createContext<Next | undefined>(undefined);

/** Gives everything below it the way on; undefined where nothing else is open. */
export const NextProvider = Given.Provider;

/** Leads to the next open question of the inbox; nothing where none is. */
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
