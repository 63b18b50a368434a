import { useCallboard } from "@callboard/client/react";
import { workChannel } from "@callboard/protocol";
import { useCallback, useContext, useEffect, useRef, useState } from "react";
import { ReadingContext } from "../http/reading.ts";
import { withEarlier, withNewest } from "./history-pages.ts";
import { type HistoryRead, readHistory } from "./read-history.ts";

/** The known part of a history: it stays while more is loading, or cannot be loaded. */
interface History extends HistoryRead {
  readonly phase: "reading" | "read" | "unavailable";
}

const nothing: History = { phase: "reading", entries: [], next: undefined };

/**
 * How long after a change of its subject the history is read, in milliseconds, together with all changes
 * until then. A question's entry is written at the time of its push, and exists by then.
 */
const NEWER_MS = 3_000;

/**
 * Reads a subject's history while it is drawn: the newest page, again after changes of the subject, and
 * earlier pages on request.
 */
export function useHistory(subject: string) {
  const read = useContext(ReadingContext);
  const [history, setHistory] = useState(nothing);
  const ending = useRef<AbortSignal>(undefined);
  /** Pages are read one after the other, so that none arrives late. */
  const last = useRef(Promise.resolve());

  /** Reads the page before the one that ended there, or the newest. */
  const add = useCallback(
    (before?: string) => {
      const signal = ending.current;
      last.current = last.current.then(async () => {
        if (!signal || signal.aborted) return;
        const page = await readHistory(read, subject, before, signal).catch(() => undefined);
        if (signal.aborted) return;
        setHistory((known) => {
          if (!page) return { ...known, phase: "unavailable" };
          return {
            phase: "read",
            ...(before === undefined ? withNewest(known, page) : withEarlier(known, page, before)),
          };
        });
      });
    },
    [read, subject],
  );

  /** Loads for a reader who waits for it. */
  const load = useCallback(
    (before?: string) => {
      setHistory((known) => ({ ...known, phase: "reading" }));
      add(before);
    },
    [add],
  );

  useEffect(() => {
    const controller = new AbortController();
    ending.current = controller.signal;
    load();
    return () => controller.abort();
  }, [load]);
  useMoves(subject, add);

  return { ...history, load };
}

/**
 * Calls back when a subject has changed, or is followed again, since a page may have been missed: once for
 * all changes within a while, and only while the page is visible.
 */
function useMoves(subject: string, tell: () => void): void {
  const client = useCallboard();
  useEffect(() => {
    const view = client.channel(workChannel(subject as never));
    const isCurrent = () => view.status === "following";
    let { items } = view;
    let wasCurrent = isCurrent();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isDue = false;
    const tellIfSeen = () => {
      if (!isDue || document.visibilityState === "hidden") return;
      isDue = false;
      timer = undefined;
      tell();
    };
    const stop = view.follow(() => {
      const isBack = isCurrent() && !wasCurrent;
      wasCurrent = isCurrent();
      if (view.items === items && !isBack) return;
      items = view.items;
      timer ??= setTimeout(() => {
        isDue = true;
        tellIfSeen();
      }, NEWER_MS);
    });
    document.addEventListener("visibilitychange", tellIfSeen);
    return () => {
      stop();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", tellIfSeen);
    };
  }, [client, subject, tell]);
}
