import { afterEach, expect, it, vi } from "vitest";
import { isEmbedded, tellHeight } from "./embedding.ts";

afterEach(() => void vi.unstubAllGlobals());

/** A page at an address, alone or in the frame of a page of an origin. */
function pageAt(href: string, around?: string): Parameters<typeof isEmbedded>[0] {
  const self = { location: new URL(href) } as unknown as Window & typeof globalThis;
  if (around === undefined) return { location: self.location, self, top: self };
  const top = {
    get location() {
      if (around !== new URL(href).origin) throw new DOMException("blocked", "SecurityError");
      return new URL(around) as unknown as Location;
    },
  } as Window;
  return { location: self.location, self, top };
}

it.each([
  ["alone", "https://pages/viewer.html", undefined, false],
  ["alone and asked to", "https://pages/viewer.html?embed", undefined, true],
  ["in a frame of its own origin", "https://pages/viewer.html?stage", "https://pages", false],
  ["in a frame of another", "https://pages/viewer.html?embed", "https://else", true],
  ["in a frame of another that does not ask", "https://pages/viewer.html", "https://else", true],
])("detects whether it is part of another page: %s", (_, href, around, is) => {
  expect(isEmbedded(pageAt(href, around))).toBe(is);
});

it("reports its height whenever that changes, and nothing else", () => {
  let resized = () => {};
  const stopped = vi.fn();
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(changed: () => void) {
        resized = changed;
      }
      observe = () => resized();
      disconnect = stopped;
    },
  );
  let height = 100.2;
  const told: unknown[] = [];
  const content = { getBoundingClientRect: () => ({ height }) } as Element;
  const stop = tellHeight(content, (message) => told.push(message));
  resized();
  height = 0;
  resized();
  height = 320;
  resized();
  expect(told).toEqual([
    { type: "callboard.height", height: 101 },
    { type: "callboard.height", height: 320 },
  ]);
  stop();
  expect(stopped).toHaveBeenCalledOnce();
});
