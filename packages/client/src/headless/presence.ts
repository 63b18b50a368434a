import type { AttentionState } from "@callboard/protocol";
import { type RefObject, useEffect, useState } from "react";

/** Whoever has not touched a form for this long only has it open. */
const reviewingMs = 60_000;
const touches = ["focusin", "input", "keydown", "pointerdown"] as const;

/**
 * What the person before the page does about an element: it is `shown` while it is on the screen of a visible page,
 * `reviewing` for a minute after each touch of something in it, and `left` otherwise.
 */
export function usePresence(element: RefObject<HTMLElement | null>): AttentionState {
  const [state, setState] = useState<AttentionState>("left");
  useEffect(() => {
    const watched = element.current;
    if (!watched) return;
    let onScreen = false;
    let touched = false;
    let calm: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const visible = onScreen && document.visibilityState === "visible";
      if (!visible) touched = false;
      setState(visible ? (touched ? "reviewing" : "shown") : "left");
    };
    const touch = (event: Event) => {
      // What the page itself moves the focus to is not a form.
      if (!(event.target instanceof Element) || !event.target.closest(controls)) return;
      touched = true;
      clearTimeout(calm);
      calm = setTimeout(() => {
        touched = false;
        tell();
      }, reviewingMs);
      tell();
    };
    const observer = new IntersectionObserver(
      (entries) => {
        onScreen = entries.at(-1)?.isIntersecting ?? false;
        tell();
      },
      { rootMargin: "-10% 0px" },
    );
    observer.observe(watched);
    document.addEventListener("visibilitychange", tell);
    for (const kind of touches) watched.addEventListener(kind, touch);
    return () => {
      clearTimeout(calm);
      observer.disconnect();
      document.removeEventListener("visibilitychange", tell);
      for (const kind of touches) watched.removeEventListener(kind, touch);
    };
  }, [element]);
  return state;
}

const controls = "input, textarea, select, button, label, summary";
