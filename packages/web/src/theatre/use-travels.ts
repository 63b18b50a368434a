import { type RefObject, useEffect } from "react";
import type { TheatreStore } from "./theatre-store.ts";

const TRAVEL_MS = 1_100;
const ARRIVED_MS = 1_800;

/**
 * Animates each accepted answer from the creator's page to the state that waited for it, which then shows its
 * arrival. With reduced motion, or when one of the two is hidden, only the arrival is shown.
 */
export function useTravels(store: TheatreStore, place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let seen = store.state.travels;
    return store.follow(() => {
      if (store.state.travels === seen) return;
      seen = store.state.travels;
      if (place.current) travel(place.current, waitingState(store));
    });
  }, [store, place]);
}

/** The waiting state that was scheduled last. */
function waitingState({ state: { run, machine } }: TheatreStore): string | undefined {
  const waits = new Set(machine?.graph.states.flatMap(({ name, waits }) => (waits ? name : [])));
  const found = [...(run?.states ?? [])]
    .filter(([name]) => waits.has(name))
    .sort(([, a], [, b]) => (b.scheduled ?? 0) - (a.scheduled ?? 0));
  return found[0]?.[0];
}

function travel(place: HTMLElement, state: string | undefined): void {
  const from = place.querySelector('[data-pane="creator"] .stage-frame');
  const to = [...place.querySelectorAll<SVGGElement>("[data-state]")].find(
    (one) => one.dataset.state === state,
  );
  if (!to) return;
  const arrived = () => {
    to.dataset.arrived = "true";
    setTimeout(() => delete to.dataset.arrived, ARRIVED_MS);
  };
  const start = from?.getBoundingClientRect();
  const end = to.getBoundingClientRect();
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isStill || !start || start.width === 0 || end.width === 0) {
    arrived();
    return;
  }
  const mark = document.createElement("span");
  mark.className = "answer-mark";
  mark.setAttribute("aria-hidden", "true");
  document.body.append(mark);
  const at = (x: number, y: number, scale: number, opacity = 1) => ({
    transform: `translate(${x}px, ${y}px) scale(${scale})`,
    opacity,
  });
  const [x, y] = [start.left + start.width / 2, start.bottom - 48];
  const [toX, toY] = [end.left + end.width / 2, end.top + end.height / 2];
  const journey = mark.animate(
    [
      at(x, y, 0.4, 0),
      { ...at(x, y, 1.6), offset: 0.15 },
      { ...at((x + toX) / 2, Math.min(y, toY) - 40, 1.3), offset: 0.6 },
      at(toX, toY, 0.8),
    ],
    { duration: TRAVEL_MS, easing: "cubic-bezier(0.3, 0, 0.2, 1)" },
  );
  journey.finished.then(arrived, () => {}).finally(() => mark.remove());
}
