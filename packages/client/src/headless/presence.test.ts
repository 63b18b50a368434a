// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { watchPresence } from "./presence.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A form, on a screen that says what it sees when the test does. */
function watching() {
  let see = (_: boolean) => {};
  class Observer {
    constructor(told: (entries: { isIntersecting: boolean }[]) => void) {
      see = (isIntersecting) => told([{ isIntersecting }]);
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal("IntersectionObserver", Observer);
  const element = document.createElement("div");
  element.innerHTML = "<h2></h2><input>";
  const states: string[] = [];
  ends.push(watchPresence(element, (state) => states.push(state)));
  const touch = (selector: string) =>
    element.querySelector(selector)!.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  return { states, see: (seen: boolean) => see(seen), touch };
}

it("reports `shown` while it is on the screen, and `left` once it is gone", () => {
  const { states, see } = watching();
  expect(states).toEqual([]);
  see(true);
  see(false);
  expect(states).toEqual(["shown", "left"]);
});

it("reports `reviewing` for a minute after a touch of a control, not of a text", () => {
  vi.useFakeTimers();
  const { states, see, touch } = watching();
  see(true);
  touch("h2");
  expect(states).toEqual(["shown"]);
  touch("input");
  vi.advanceTimersByTime(59_999);
  expect(states).toEqual(["shown", "reviewing"]);
  vi.advanceTimersByTime(1);
  expect(states).toEqual(["shown", "reviewing", "shown"]);
});

it("follows only the page without an element, until it is stopped", () => {
  const states: string[] = [];
  const stop = watchPresence(undefined, (state) => states.push(state));
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  stop();
  document.dispatchEvent(new Event("visibilitychange"));
  hidden.mockRestore();
  expect(states).toEqual(["shown", "left"]);
});
