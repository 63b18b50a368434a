import { type RefObject, useEffect, useRef } from "react";

/**
 * For the element that tells what came of something that was pressed: it takes the focus where that would be lost, since
 * the button is gone or can be pressed no more by then. `end` is what came of it, another value each time, and undefined
 * before; what has come before the element is first drawn moves no focus.
 */
export function useKeptFocus<E extends HTMLElement>(end: unknown): RefObject<E | null> {
  const ref = useRef<E>(null);
  const before = useRef(end);
  useEffect(() => {
    const isNew = end !== undefined && end !== before.current;
    before.current = end;
    if (isNew && isLost(document.activeElement)) ref.current?.focus({ preventScroll: true });
  }, [end]);
  return ref;
}

/** Of what can be pressed no more, or is not shown, a browser takes the focus with one of the next frames only. */
const isLost = (focused: Element | null): boolean =>
  !focused ||
  focused === document.body ||
  focused.matches(":disabled") ||
  focused.checkVisibility?.() === false;
