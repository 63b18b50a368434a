import { useEffect, useReducer, useState } from "react";

/** The time in milliseconds, drawn anew every `everyMs`; it stands still while that is undefined. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The time in milliseconds at each drawing; drawn anew when the moment comes that `next` names after it. */
export function useNowPast(next: (now: number) => number | undefined): number {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const now = Date.now();
  const at = next(now);
  useEffect(() => {
    if (at === undefined) return;
    const timer = setTimeout(draw, Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  }, [at]);
  return now;
}
