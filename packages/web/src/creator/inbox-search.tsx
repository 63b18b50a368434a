import type { KeyboardEvent, RefObject } from "react";
import { useKeysAreOn } from "../ui/use-keys.ts";
import { useWords } from "../words/use-words.ts";

/** Searches questions and videos; Escape clears it, Enter and the arrow key move to the results. */
export function InboxSearch({
  field,
  search,
  setSearch,
  found,
  enter,
}: {
  field: RefObject<HTMLInputElement | null>;
  search: string;
  setSearch: (search: string) => void;
  /** How many questions match. */
  found: number;
  /** Moves to the first result. */
  enter: () => void;
}) {
  const words = useWords().frame.inbox;
  const keys = useKeysAreOn();
  function press(event: KeyboardEvent<HTMLInputElement>) {
    // During a composition, keys belong to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (search === "") event.currentTarget.blur();
      else setSearch("");
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      enter();
    }
  }
  return (
    <search className="inbox-search">
      <input
        ref={field}
        type="search"
        value={search}
        placeholder={words.search}
        aria-label={words.searchLabel}
        aria-keyshortcuts={keys ? "/" : undefined}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={press}
      />
      {keys && search === "" && (
        <span className="key" aria-hidden="true">
          /
        </span>
      )}
      <p className="inbox-found quiet" role="status">
        {search.trim() === "" ? "" : words.found(found)}
      </p>
    </search>
  );
}
