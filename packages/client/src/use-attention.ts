import { useCallboard, useConnection } from "@callboard/client/react";
import type { RequestValue } from "@callboard/protocol";
import { type RefObject, useEffect, useRef, useState } from "react";
import { type AttentionReporter, createAttentionReporter, type ReporterClock } from "./attention-reporter.ts";
import { usePresence } from "./use-presence.ts";

/** Lets the others see what the person before the page does about an open question, which stands in `element`. */
export function useAttention(
  request: RequestValue | undefined,
  element: RefObject<HTMLElement | null>,
): void {
  const client = useCallboard();
  const presence = usePresence(element);
  const connected = useConnection().state === "connected";
  const reporter = useRef<AttentionReporter>(undefined);
  const requestId = request?.requestId;
  // Whoever is refused may be among those asked later.
  const asking = request && `${request.requestId} ${request.assignees.join()}`;
  const asked = useRef(asking);
  asked.current = asking;
  const [refused, setRefused] = useState<string>();
  const wanted = connected && refused !== asking ? presence : undefined;

  useEffect(() => {
    if (requestId === undefined) return;
    const made = createAttentionReporter(browserClock, (state) => {
      const about = asked.current;
      client.attend(requestId, state).then(
        (acted) => {
          if (acted.status !== "refused") return;
          setRefused(about);
          if (about === asked.current) made.is(undefined);
          made.unheard();
        },
        // Nobody answered: it is said again when it is due.
        () => {},
      );
    });
    reporter.current = made;
    window.addEventListener("pagehide", made.leave);
    return () => {
      window.removeEventListener("pagehide", made.leave);
      made.leave();
      reporter.current = undefined;
    };
  }, [client, requestId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new reporter must be told too
  useEffect(() => reporter.current?.is(wanted), [wanted, requestId]);
}

const browserClock: ReporterClock = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
