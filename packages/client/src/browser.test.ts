// @vitest-environment happy-dom
import { expect, it, onTestFinished } from "vitest";
import { isHidden, isOffline, watchBrowser } from "./browser.ts";

function watched() {
  const heard: string[] = [];
  const end = watchBrowser({
    wake: () => heard.push("wake"),
    offline: () => heard.push("offline"),
    away: () => heard.push("away"),
    back: () => heard.push("back"),
  });
  onTestFinished(end);
  return { heard, end };
}

/** Until the test is over. */
function pretend(object: object, property: string, value: unknown) {
  Object.defineProperty(object, property, { value, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(object, property));
}

it("reports that the page is online, visible, left, frozen and back, until it is stopped", () => {
  const { heard, end } = watched();
  const all = () => {
    for (const type of ["online", "focus", "offline", "pagehide", "pageshow"])
      window.dispatchEvent(new Event(type));
    for (const type of ["visibilitychange", "freeze", "resume"]) document.dispatchEvent(new Event(type));
  };
  all();
  expect(heard.splice(0)).toEqual(["wake", "wake", "offline", "away", "back", "wake", "away", "back"]);
  end();
  all();
  expect(heard).toEqual([]);
});

it("does not wake when the page is hidden", () => {
  const { heard } = watched();
  pretend(document, "visibilityState", "hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  expect([heard, isHidden()]).toEqual([[], true]);
});

it("is offline only where the browser says so", () => {
  expect(isOffline()).toBe(false);
  pretend(navigator, "onLine", false);
  expect(isOffline()).toBe(true);
  pretend(navigator, "onLine", undefined);
  expect(isOffline()).toBe(false);
});
