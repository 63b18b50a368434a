import { useCallboard } from "@callboard/client/react";
import { useEffect, useReducer } from "react";

/** The server's time at each drawing; drawn anew when the moment comes that `next` names after it. */
export function useServerNowPast(next: (now: number) => number | undefined): number {
  const client = useCallboard();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const now = client.now();
  const at = next(now);
  useEffect(() => {
    if (at === undefined) return;
    const timer = setTimeout(draw, Math.max(0, at - client.now()));
    return () => clearTimeout(timer);
  }, [client, at]);
  return now;
}
