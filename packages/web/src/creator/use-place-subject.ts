import { type Inbox, useConnection } from "@callboard/client/react";
import { useContext, useEffect, useRef, useState } from "react";
import { ReadingContext } from "../http/reading.ts";
import { findRequest } from "../session/find-request.ts";
import type { Place } from "../session/link.ts";

/**
 * The subject of an address; `looking` while it is looked up, `unknown` when this reader cannot see one,
 * `malformed` when the address is invalid.
 */
export type PlaceSubject =
  | { kind: "nowhere" | "malformed" | "looking" | "unknown" }
  | { kind: "known"; subject: string };

/** Finds the subject of an address that names only a question: in the inbox, else by the HTTP API. */
export function usePlaceSubject({ subject, requestId, isMalformed }: Place, inbox: Inbox): PlaceSubject {
  const read = useContext(ReadingContext);
  const isConnected = useConnection().state === "connected";
  /** A result is kept: an answered question leaves the inbox. */
  const found = useRef(new Map<string, string>());
  const [unknown, setUnknown] = useState<string>();
  const [, draw] = useState(0);

  const { wanted, receipts, stale } = inbox;
  if (requestId !== undefined) {
    const line = [...wanted, ...receipts].find((one) => one.requestId === requestId && one.subject);
    const heard = subject ?? line?.subject;
    if (heard !== undefined) found.current.set(requestId, heard);
  }
  const known = requestId === undefined ? subject : found.current.get(requestId);
  const isToAsk = requestId !== undefined && known === undefined && !stale && unknown !== requestId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each connection the server is asked again if it has not answered
  useEffect(() => {
    if (!isToAsk) return;
    let isOver = false;
    void findRequest(read, requestId).then((answer) => {
      if (isOver) return;
      if (answer.kind === "found") {
        found.current.set(requestId, answer.subject);
        draw((count) => count + 1);
      } else if (answer.kind === "unknown") setUnknown(requestId);
    });
    return () => {
      isOver = true;
    };
  }, [read, isToAsk, requestId, isConnected]);

  if (known !== undefined) return { kind: "known", subject: known };
  if (requestId === undefined) return { kind: isMalformed ? "malformed" : "nowhere" };
  return { kind: unknown === requestId ? "unknown" : "looking" };
}
