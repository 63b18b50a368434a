import { useEffect, useReducer } from "react";

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
