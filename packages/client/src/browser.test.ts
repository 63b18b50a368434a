// @vitest-environment happy-dom
import { expect, it, onTestFinished } from "vitest";
import { isOffline, watchBrowser } from "./browser.ts";

function watched() {
  const heard: string[] = [];
  const end = watchBrowser({ wake: () => heard.push("wake"), offline: () => heard.push("offline") });
  onTestFinished(end);
  return { heard, end };
}

/** Until the test is over. */
function pretend(object: object, property: string, value: unknown) {
  Object.defineProperty(object, property, { value, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(object, property));
}

it("wakes when the browser is online again or its page is looked at, until it is ended", () => {
  const { heard, end } = watched();
  const all = () => {
    for (const type of ["online", "focus", "offline"]) window.dispatchEvent(new Event(type));
    document.dispatchEvent(new Event("visibilitychange"));
  };
  all();
  expect(heard.splice(0)).toEqual(["wake", "wake", "offline", "wake"]);
  end();
  all();
  expect(heard).toEqual([]);
});

it("does not wake when the page is hidden", () => {
  const { heard } = watched();
  pretend(document, "visibilityState", "hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(heard).toEqual([]);
});

it("is offline only where the browser says so", () => {
  expect(isOffline()).toBe(false);
  pretend(navigator, "onLine", false);
  expect(isOffline()).toBe(true);
  pretend(navigator, "onLine", undefined);
  expect(isOffline()).toBe(false);
});
