import type { HistoryEntry } from "@callboard/protocol";
import { useCallback, useContext, useEffect, useRef, useState } from "react";
import { ReadingContext } from "../http/reading.ts";
import { readHistory } from "./read-history.ts";

/** What is known of a history so far: whatever came stays while more is looked for, or does not come. */
interface History {
  readonly phase: "reading" | "read" | "unavailable";
  readonly entries: readonly HistoryEntry[];
  readonly next: string | undefined;
  /** How many entries came with the last page. */
  readonly came: number;
}

const nothing: History = { phase: "reading", entries: [], next: undefined, came: 0 };

/** Reads a subject's history while it is drawn: its newest page, and those before it when they are asked for. */
export function useHistory(subject: string) {
  const read = useContext(ReadingContext);
  const [history, setHistory] = useState(nothing);
  const reading = useRef<AbortController>(undefined);

  /** The page before the one that ended there, or the newest, in place of all that was read. */
  const load = useCallback(
    (before?: string) => {
      reading.current?.abort();
      const ending = new AbortController();
      reading.current = ending;
      setHistory((known) => ({ ...known, phase: "reading" }));
      readHistory(read, subject, before, ending.signal).then(
        (page) =>
          ending.signal.aborted ||
          setHistory((known) => {
            if (!page) return { ...known, phase: "unavailable" };
            const kept = before === undefined ? [] : known.entries;
            const seen = new Set(kept.map(({ id }) => id));
            const entries = [...kept, ...page.entries.filter(({ id }) => !seen.has(id))];
            return { phase: "read", entries, next: page.next, came: entries.length - kept.length };
          }),
        () => ending.signal.aborted || setHistory((known) => ({ ...known, phase: "unavailable" })),
      );
    },
    [read, subject],
  );

  useEffect(() => {
    load();
    return () => reading.current?.abort();
  }, [load]);

  return { ...history, load };
}
