import { type RefObject, useLayoutEffect, useState } from "react";

/** How many buttons fit into a bar of a width in pixels, beside a menu or without one. */
const mostFor = (width: number): number => (width < 480 ? 2 : width < 720 ? 3 : 4);

/**
 * Follows the size of a bar at the bottom of the window, so that the page keeps the focused element above it.
 * Returns how many buttons fit.
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
