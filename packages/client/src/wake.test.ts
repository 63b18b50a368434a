// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { onWake } from "./wake.ts";

it("wakes when the browser is online again or its page is looked at, until it is ended", () => {
  let woken = 0;
  const end = onWake(() => woken++);
  window.dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(woken).toBe(2);
  end();
  window.dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(woken).toBe(2);
});

it("does not wake when the page is hidden", () => {
  let woken = 0;
  const end = onWake(() => woken++);
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  Reflect.deleteProperty(document, "visibilityState");
  expect(woken).toBe(0);
  end();
});
