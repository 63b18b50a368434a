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
  return { client, session, base, onLeaving: vi.fn(), onIssuerUnreachable: () => {} };
};

it("deletes what somebody wrote when they sign out, on any page", () => {
  const done: string[] = [];
  vi.stubGlobal("indexedDB", { deleteDatabase: (name: string) => done.push(`deleted ${name}`) });
  sessionStorage.setItem("draft", "secret");
  window.addEventListener(leaving, () => done.push("told"), { once: true });
  const client = { close: () => done.push("closed") } as unknown as Callboard;
  keepSignedIn({ ...page(), client }).signOut();
  expect(done).toEqual(["told", "closed", "deleted callboard"]);
  expect(sessionStorage.length).toBe(0);
});

it("signs out in a browser without storage", () => {
  vi.stubGlobal("indexedDB", {
    deleteDatabase() {
      throw new DOMException("denied", "SecurityError");
    },
  });
  const { onLeaving, ...rest } = page();
  keepSignedIn({ onLeaving, ...rest }).signOut();
  expect(onLeaving).toHaveBeenCalled();
});
