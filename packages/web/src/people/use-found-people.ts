import type { RequestId } from "@callboard/protocol";
import { useContext, useEffect, useState } from "react";
import { ReadingContext } from "../http/reading.ts";
import { type FoundPerson, findPeople } from "./find-people.ts";

/** What a search has come to; `idle` when nothing is looked for. */
export type PeopleSearch =
  | { phase: "idle" }
  | { phase: "searching" }
  | { phase: "found"; people: readonly FoundPerson[] }
  | { phase: "unavailable" };

/** Whoever types on is not searched for yet. */
const pauseMs = 150;

/** Looks for people as somebody types their name; undefined or empty looks for nobody. */
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
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [read, requestId, name]);

  // What was found for other letters is nobody's answer.
  return search.of === (name || undefined) ? search : { phase: "searching" };
}
