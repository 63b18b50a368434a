import type { AttentionState } from "@callboard/protocol";

/** Whoever has not touched a form for this long only has it open. */
const REVIEWING_MS = 60_000;
const touches = ["focusin", "input", "keydown", "pointerdown"] as const;
const controls = "input, textarea, select, button, label, summary";

/**
 * Tells what the person before the page does about an element, until the function that it returns is called: it is
 * `shown` while it is on the screen of a visible page, `reviewing` for a minute after each touch of a control in it, and
 * `left` otherwise. Without an element, or where a browser does not tell what is on the screen, the page counts alone.
 */
export function watchPresence(
  element: Element | undefined,
  tell: (state: AttentionState) => void,
): () => void {
  const page = globalThis.document as Document | undefined;
  let onScreen = element === undefined || globalThis.IntersectionObserver === undefined;
  let touched = false;
  let calm: ReturnType<typeof setTimeout> | undefined;
  const say = () => {
    const visible = onScreen && page?.visibilityState !== "hidden";
    if (!visible) touched = false;
    tell(visible ? (touched ? "reviewing" : "shown") : "left");
  };
  const touch = (event: Event) => {
    // What the page itself moves the focus to is not a form.
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
