import type { AttentionState, RequestId } from "@callboard/protocol";
import { useEffect, useRef, useState } from "react";
import type { AttentionReporter } from "./headless/attention-reporter.ts";
import { useCallboard, useConnection } from "./use-callboard.ts";
import { createChunk, useChunk } from "./use-chunk.ts";

const saying = /* @__PURE__ */ createChunk(() => import("./say-attention.ts"));

/**
 * Shows the others what the user does about an open question, drawn in `element`; without an element it
 * counts as shown while the page is visible. `asked` is its assignees: a user who was refused may be among
 * those added later. Reports nothing when the request is `undefined`.
 */
export function useAttention(
  requestId: RequestId | undefined,
  asked: readonly string[],
  element: Element | undefined,
): void {
  const client = useCallboard();
  const connected = useConnection().state === "connected";
  const reporter = useRef<AttentionReporter>(undefined);
  const asking = `${requestId} ${asked.join()}`;
  const latest = useRef(asking);
  latest.current = asking;
  const [refused, setRefused] = useState<string>();
  const [presence, setPresence] = useState<AttentionState>("left");

  const loaded = useChunk(saying, requestId !== undefined);

  useEffect(() => {
    if (requestId === undefined || !loaded) return;
    const made = loaded.sayAttention(client, requestId, () => latest.current, setRefused);
    reporter.current = made;
    globalThis.addEventListener?.("pagehide", made.leave);
    return () => {
      globalThis.removeEventListener?.("pagehide", made.leave);
      made.leave();
      reporter.current = undefined;
    };
  }, [client, requestId, loaded]);

  useEffect(() => loaded?.watchPresence(element, setPresence), [loaded, element]);

  const wanted = connected && refused !== asking ? presence : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new reporter must be told too
  useEffect(() => reporter.current?.is(wanted), [wanted, requestId, loaded]);
}
