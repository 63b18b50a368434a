// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepTabFor } from "./browser-session.ts";
import { memoryStorage, tabStorage } from "./tab-storage.ts";
import { takeTokenFromAddress } from "./take-token.ts";

const clear = () => {
  sessionStorage.clear();
  window.history.replaceState(null, "", "/creator.html");
};
beforeEach(clear);
afterEach(clear);

const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
const jwt = (user: string, n = 1) => `${part({ alg: "none" })}.${part({ sub: user, n })}.x`;

/** Somebody opens a link in this tab. */
function open(token: string | undefined, storage = tabStorage, isTakenOut = true): boolean {
  const query = token === undefined ? "" : `?token=${token}`;
  window.history.replaceState(null, "", `/creator.html#/v/v_1${query}`);
  return takeTokenFromAddress("creator", storage, { isTakenOut });
}
const write = () => sessionStorage.setItem("draft", "secret");
const written = () => sessionStorage.getItem("draft");

it("keeps a link's token for the tab, and removes it from the address", () => {
  expect([open(undefined), open(jwt("ana"))]).toEqual([false, true]);
  expect(window.location.hash).toBe("#/v/v_1");
  expect(tabStorage.getItem("callboard.token.creator")).toBe(jwt("ana"));
});

it("deletes what was written in the tab for another person's link, and keeps it for the same person's", () => {
  open(jwt("ana"));
  write();
  open(jwt("ana", 2));
  expect(written()).toBe("secret");
  open(jwt("ben"));
  expect([written(), tabStorage.getItem("callboard.token.creator")]).toEqual([null, jwt("ben")]);
  keepTabFor(sessionStorage, "cy");
  write();
  open(jwt("ben"));
  expect(written()).toBeNull();
});

it("changes neither the tab's storage nor the address in a foreign frame", () => {
  const storage = memoryStorage();
  open(jwt("ana"), storage, false);
  write();
  open(jwt("ben"), storage, false);
  expect([written(), window.location.hash]).toEqual(["secret", `#/v/v_1?token=${jwt("ben")}`]);
});
