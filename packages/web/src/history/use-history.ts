import { useCallboard } from "@callboard/client/react";
import { workChannel } from "@callboard/protocol";
import { useCallback, useContext, useEffect, useRef, useState } from "react";
import { ReadingContext } from "../http/reading.ts";
import { withEarlier, withNewest } from "./history-pages.ts";
import { type HistoryRead, readHistory } from "./read-history.ts";

/** What is known of a history so far: whatever came stays while more is looked for, or does not come. */
interface History extends HistoryRead {
  readonly phase: "reading" | "read" | "unavailable";
}

const nothing: History = { phase: "reading", entries: [], next: undefined };

/**
 * What is new is read so long after its subject has moved on, in milliseconds, together with all that follows until then.
 * An entry of a question is written beside the push that tells of it, and is there by then.
 */
const NEWER_MS = 3_000;

/**
 * Reads a subject's history while it is drawn: its newest page, again when the subject has moved on, and those before it
 * when they are asked for.
 */
export function useHistory(subject: string) {
  const read = useContext(ReadingContext);
  const [history, setHistory] = useState(nothing);
  const ending = useRef<AbortSignal>(undefined);
  /** One page is read after the other, so that none comes late. */
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

  /** Does it for somebody who waits for it. */
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
 * Tells that a subject has moved on, or that it is followed again, since a page may not have come meanwhile: once for all
 * that happens within a while, and not before the page is looked at.
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
