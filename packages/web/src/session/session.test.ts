import { expect, it } from "vitest";
import type { Grant, Issuer, Renewal } from "./issuer.ts";
import { SESSION_KEY } from "./kept-session.ts";
import { openSession } from "./session.ts";
import { NoToken, SignedOut } from "./token.ts";

const signIn = { issuer: "https://id.example", clientId: "pages" };
const lifeMs = 1000_000;
const ana = { id: "1", name: "Ana" };

/** A browser in which Ana has signed in; `tab` opens another tab of it. */
async function browser(renewals: (Renewal | Error)[] = [], granted: Partial<Grant> = {}) {
  const store = new Map<string, string>();
  const storage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
    removeItem: (key: string) => void store.delete(key),
  };
  const asked: string[] = [];
  const grant: Grant = { user: ana, token: "t0", refreshToken: "r0", lifeMs, ...granted };
  const issuer: Issuer = {
    addressFor: async (place) => `https://id.example/?${place}`,
    arrive: async () => ({ outcome: "granted", grant, place: "/" }),
    async renew(refreshToken) {
      asked.push(refreshToken);
      const renewal = renewals.shift() ?? new Error("nobody asked for it");
      if (renewal instanceof Error) throw renewal;
      return renewal;
    },
    revoke: async (refreshToken) => void asked.push(`revoked ${refreshToken}`),
    signOutAddress: async () => "https://id.example/logout",
  };
  let turn: Promise<unknown> = Promise.resolve();
  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };
  let now = Date.UTC(2026, 4, 1);
  const tab = () => openSession({ signIn, issuer, storage, oneAtATime, now: () => now });
  const first = tab();
  await first.arrive("");
  const pass = (ms: number) => {
    now += ms;
  };
  return { storage, asked, tab, first, pass };
}

const renewed = (n: number, more: Partial<Grant> = {}): Renewal => ({
  outcome: "granted",
  grant: { user: ana, token: `t${n}`, refreshToken: `r${n}`, lifeMs, ...more },
});

it("returns the token until the last quarter of its life, then another", async () => {
  const { first, asked, pass } = await browser([renewed(1)]);
  pass(lifeMs * 0.74);
  expect([await first.token(), asked]).toEqual(["t0", []]);
  pass(lifeMs * 0.02);
  expect([await first.token(), await first.token(), asked]).toEqual(["t1", "t1", ["r0"]]);
});

it("renews once for all tabs that ask at the same moment", async () => {
  const { tab, asked, pass } = await browser([renewed(1)]);
  pass(lifeMs * 2);
  const tokens = await Promise.all([tab(), tab(), tab()].map((one) => one.token()));
  expect([tokens, asked]).toEqual([["t1", "t1", "t1"], ["r0"]]);
});

it("keeps the refresh token and the user if the issuer returns no others", async () => {
  const { first, asked, pass } = await browser([
    renewed(1, { refreshToken: undefined, user: { id: "1", name: "1" } }),
    renewed(2),
  ]);
  for (let n = 0; n < 2; n++) {
    pass(lifeMs * 0.8);
    await first.token();
  }
  expect([asked, first.current?.user]).toEqual([["r0", "r0"], ana]);
});

it("continues with its token while the issuer does not answer, and asks again", async () => {
  const { first, asked, pass } = await browser([{ outcome: "failed" }, { outcome: "failed" }, renewed(1)]);
  pass(lifeMs * 0.8);
  expect(await first.token()).toBe("t0");
  pass(lifeMs * 0.3);
  const failure = await first.token().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NoToken);
  expect(failure).not.toBeInstanceOf(SignedOut);
  expect([await first.token(), asked.length]).toEqual(["t1", 3]);
});

it("ends for all tabs when the issuer gives no further token, and does not ask again", async () => {
  const { first, tab, asked, pass, storage } = await browser([{ outcome: "refused" }]);
  const other = tab();
  let told = 0;
  first.follow(() => told++);
  pass(lifeMs * 0.8);
  await expect(first.token()).rejects.toBeInstanceOf(SignedOut);
  await expect(other.token()).rejects.toBeInstanceOf(SignedOut);
  expect([asked, told, other.current?.user, other.current?.token]).toEqual([["r0"], 1, ana, undefined]);
  expect(storage.getItem(SESSION_KEY)).not.toMatch(/t0|r0/);
});

it("ends with its token if there is no refresh token", async () => {
  const { first, asked, pass } = await browser([], { refreshToken: undefined });
  pass(lifeMs * 0.9);
  expect(await first.token()).toBe("t0");
  pass(lifeMs * 0.2);
  await expect(first.token()).rejects.toBeInstanceOf(SignedOut);
  expect(asked).toEqual([]);
});

it("replaces a token that the server refuses, unless it is new", async () => {
  const { first, asked, pass } = await browser([renewed(1)]);
  first.distrust();
  expect([await first.token(), asked]).toEqual(["t0", []]);
  pass(61_000);
  expect(await first.token()).toBe("t1");
  first.distrust();
  expect([await first.token(), asked]).toEqual(["t1", ["r0"]]);
});

it("renews after the clock was set back, because the remaining time is unknown", async () => {
  const { first, pass } = await browser([renewed(1)]);
  pass(-3_600_000);
  expect([await first.token(), await first.token()]).toEqual(["t1", "t1"]);
});

it("signs out here before the issuer is notified, and revokes the refresh token", async () => {
  const { first, tab, asked } = await browser();
  const out = first.signOut();
  expect([first.current, tab().current]).toEqual([undefined, undefined]);
  expect([await out, asked]).toEqual(["https://id.example/logout", ["revoked r0"]]);
  await expect(first.token()).rejects.toBeInstanceOf(SignedOut);
});

it("keeps a sign-out during a renewal", async () => {
  const answers: Renewal[] = [];
  const { first, pass } = await browser(answers as Renewal[]);
  answers.push(renewed(1));
  pass(lifeMs * 0.8);
  const token = first.token().catch((error: unknown) => error);
  await first.signOut();
  expect([await token, first.current]).toEqual([expect.any(SignedOut), undefined]);
});

it("reports a failed sign-in when the storage is full", async () => {
  const { storage, tab } = await browser();
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  expect(await tab().arrive("")).toEqual({ outcome: "failed", place: "/" });
});

it.each([
  ["another issuer's", { issuer: "https://other.example" }],
  ["another client's", { clientId: "other" }],
  ["of no user", { user: null }],
  ["without an end", { lifeMs: null }],
])("ignores a kept sign-in that is %s", async (_, more) => {
  const { storage, tab } = await browser();
  const kept = JSON.parse(storage.getItem(SESSION_KEY)!) as object;
  storage.setItem(SESSION_KEY, JSON.stringify({ ...kept, ...more }));
  expect(tab().current).toBeUndefined();
  storage.setItem(SESSION_KEY, "{");
  expect(tab().current).toBeUndefined();
});

it("gives a page no token of another person who has signed in meanwhile, even after a renewal", async () => {
  const bob = { id: "2", name: "Bob" };
  const { first, tab, storage, pass } = await browser([renewed(1)]);
  const ofAna = first.sourceOf(ana.id);
  expect(await ofAna.token()).toBe("t0");
  const kept = JSON.parse(storage.getItem(SESSION_KEY)!) as object;
  // No event has told the first tab of it.
  const signInBob = () =>
    storage.setItem(SESSION_KEY, JSON.stringify({ ...kept, user: bob, token: "of bob", refreshToken: "rb" }));
  signInBob();
  await expect(ofAna.token()).rejects.toBeInstanceOf(SignedOut);
  expect(await tab().sourceOf(bob.id).token()).toBe("of bob");

  storage.setItem(SESSION_KEY, JSON.stringify(kept));
  pass(lifeMs * 0.8);
  const renewing = ofAna.token();
  signInBob();
  await expect(renewing).rejects.toBeInstanceOf(SignedOut);
});
