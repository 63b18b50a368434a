import { type RefObject, useLayoutEffect, useState } from "react";

/** What stands side by side in a bar of a width in pixels: buttons beside a menu, or all of them. */
const mostFor = (width: number): number => (width < 480 ? 2 : width < 720 ? 3 : 4);

/**
 * Follows the size of a bar at the bottom of the window: the page keeps so much free below what has the focus. Gives how
 * many buttons there is room for.
 */
export function useBarSize(bar: RefObject<HTMLElement | null>): number {
  const [most, setMost] = useState(4);
  useLayoutEffect(() => {
    const element = bar.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const { style } = document.documentElement;
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      setMost(mostFor(width));
      style.setProperty("--answer-bar", `${Math.ceil(height)}px`);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty("--answer-bar");
    };
  }, [bar]);
  return most;
}
