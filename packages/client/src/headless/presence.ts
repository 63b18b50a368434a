import type { AttentionState } from "@callboard/protocol";

/** A user who has not touched a form for this long counts only as having it open, in milliseconds. */
const REVIEWING_MS = 60_000;
const touches = ["focusin", "input", "keydown", "pointerdown"] as const;
const controls = "input, textarea, select, button, label, summary";

/**
 * Reports what the user does about an element until the returned function is called. The state is `shown`
 * while the element is on the screen of a visible page, `reviewing` for a minute after each touch of a
 * control in it, and `left` otherwise. Without an element, or in a browser that does not report what is on
 * the screen, only the page's visibility counts.
 */
export function watchPresence(
  element: Element | undefined,
  report: (state: AttentionState) => void,
): () => void {
  const page = globalThis.document as Document | undefined;
  let onScreen = element === undefined || globalThis.IntersectionObserver === undefined;
  let touched = false;
  let calm: ReturnType<typeof setTimeout> | undefined;
  const say = () => {
    const visible = onScreen && page?.visibilityState !== "hidden";
    if (!visible) touched = false;
    report(visible ? (touched ? "reviewing" : "shown") : "left");
  };
  const touch = (event: Event) => {
    // An element to which the page itself moves the focus is not a form control.
    if (!(event.target as Element | null)?.closest?.(controls)) return;
    touched = true;
    clearTimeout(calm);
    calm = setTimeout(() => {
      touched = false;
      say();
    }, REVIEWING_MS);
    say();
  };
  const observer =
    element === undefined || onScreen
      ? undefined
      : new IntersectionObserver(
          (entries) => {
            onScreen = entries.at(-1)?.isIntersecting ?? false;
            say();
          },
          { rootMargin: "-10% 0px" },
        );
  if (element) observer?.observe(element);
  page?.addEventListener("visibilitychange", say);
  for (const kind of touches) element?.addEventListener(kind, touch);
  if (onScreen) say();
  return () => {
    clearTimeout(calm);
    observer?.disconnect();
    page?.removeEventListener("visibilitychange", say);
    for (const kind of touches) element?.removeEventListener(kind, touch);
  };
}
