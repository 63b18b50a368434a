import { type RefObject, useEffect, useRef } from "react";

/**
 * For the element that shows the result of a pressed button: it takes the focus if that would be lost because
 * the button is gone or disabled. `end` is the result, a new value each time, and undefined before; a result
 * from before the first drawing moves no focus.
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

/** A browser removes the focus from a disabled or hidden element only some frames later. */
const isLost = (focused: Element | null): boolean =>
  !focused ||
  focused === document.body ||
  focused.matches(":disabled") ||
  focused.checkVisibility?.() === false;
