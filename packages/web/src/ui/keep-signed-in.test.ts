// @vitest-environment happy-dom
import type { Callboard } from "@callboard/client";
import { afterEach, expect, it, vi } from "vitest";
import type { Session } from "../session/session.ts";
import { keepSignedIn, leaving } from "./keep-signed-in.ts";

afterEach(() => vi.unstubAllGlobals());

const page = () => {
  const session = {
    current: { user: { id: "1", name: "Ana" } },
    follow: () => () => {},
    signOut: () => new Promise(() => {}),
  } as unknown as Session;
  const client = { close: vi.fn() } as unknown as Callboard;
  const base = new URL("https://pages.example/viewer.html");
  return { client, session, base, onLeaving: vi.fn(), onUntold: () => {} };
};

it("leaves nothing of what somebody wrote when they sign out, on whichever page", () => {
  const deleteDatabase = vi.fn();
  vi.stubGlobal("indexedDB", { deleteDatabase });
  sessionStorage.setItem("draft", "secret");
  const told = vi.fn(() => expect(deleteDatabase).not.toHaveBeenCalled());
  window.addEventListener(leaving, told, { once: true });
  const { client, ...rest } = page();
  keepSignedIn({ client, ...rest }).signOut();
  expect(told).toHaveBeenCalled();
  expect(sessionStorage.length).toBe(0);
  expect(deleteDatabase).toHaveBeenCalledExactlyOnceWith("callboard");
});

it("signs out where a browser lets pages keep nothing", () => {
  vi.stubGlobal("indexedDB", {
    deleteDatabase() {
      throw new DOMException("denied", "SecurityError");
    },
  });
  const { onLeaving, ...rest } = page();
  keepSignedIn({ onLeaving, ...rest }).signOut();
  expect(onLeaving).toHaveBeenCalled();
});
