import type { RequestId } from "@callboard/protocol";
import { useContext, useEffect, useState } from "react";
import { ReadingContext } from "../http/reading.ts";
import { type FoundPerson, findPeople } from "./find-people.ts";

/** The result of a search; `idle` when nothing is searched. */
export type PeopleSearch =
  | { phase: "idle" }
  | { phase: "searching" }
  | { phase: "found"; people: readonly FoundPerson[] }
  | { phase: "unavailable" };

/** The search starts after a pause in typing, in milliseconds. */
const PAUSE_MS = 150;

/** Searches people while their name is typed; undefined or empty searches nothing. */
export function useFoundPeople(requestId: RequestId, name: string | undefined): PeopleSearch {
  const read = useContext(ReadingContext);
  const [search, setSearch] = useState<PeopleSearch & { of?: string }>({ phase: "idle" });

  useEffect(() => {
    if (!name) return setSearch({ phase: "idle" });
    const ending = new AbortController();
    setSearch({ phase: "searching", of: name });
    const timer = setTimeout(() => {
      findPeople(read, requestId, name, ending.signal).then(
        (people) => {
          if (ending.signal.aborted) return;
          setSearch(people ? { phase: "found", people, of: name } : { phase: "unavailable", of: name });
        },
        () => {},
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [read, requestId, name]);

  // Results for an earlier text are not shown.
  return search.of === (name || undefined) ? search : { phase: "searching" };
}
