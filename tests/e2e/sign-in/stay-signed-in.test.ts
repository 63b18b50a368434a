import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { eventually } from "../people.ts";
import { answerOn } from "../story-stage.ts";
import { connected, keptOn, openSignIn, type SignInStage, signIn, typeLogin } from "./sign-in-stage.ts";

/** Rotates its refresh tokens: one that is used twice ends the sign-in of all tabs. */
let on: SignInStage;
beforeAll(async () => {
  on = await openSignIn("plain");
});
afterAll(() => on?.close());
beforeEach(async () => {
  await on.leave();
  on.issuer.up();
  on.issuer.ttlSeconds = 3600;
  on.issuer.renewals.length = 0;
});

/** The limit in seconds between short and long tokens. */
const SHORT = 16;

it("renews the token before it expires, without an interruption", async () => {
  on.issuer.ttlSeconds = SHORT;
  const { page, problems } = await on.visit();
  await signIn(page, "ana");
  await connected(page);
  const first = (await keptOn(page))!;
  const kinds = watchConnection(page);
  await eventually(() => on.issuer.renewals.length >= 2, Boolean, 60_000);
  expect(new Set(on.issuer.renewals)).toEqual(new Set([200]));
  const later = (await keptOn(page))!;
  expect([later.token === first.token, later.refreshToken === first.refreshToken]).toEqual([false, false]);
  expect(await kinds()).toEqual(["connected"]);
  expect(problems).toEqual([]);
});

it("renews once for all tabs, and signs all of them out together", async () => {
  on.issuer.ttlSeconds = SHORT;
  const { page, context } = await on.visit();
  await signIn(page, "ana");
  await connected(page);
  const tabs = [page, await context.newPage(), await context.newPage()];
  for (const tab of tabs.slice(1)) await tab.goto(`${on.pages}/viewer.html#/v/order/17`);
  await Promise.all(tabs.map(connected));

  // All of them wake up at the same moment with an expired token.
  await context.setOffline(true);
  const { token, endsAt } = await ending(page);
  await eventually(() => Date.now() > endsAt, Boolean, 60_000);
  on.issuer.ttlSeconds = 3600;
  on.issuer.renewals.length = 0;
  await context.setOffline(false);
  await Promise.all(tabs.map(connected));
  expect(on.issuer.renewals).toEqual([200]);
  expect((await keptOn(page))!.token).not.toBe(token);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  for (const tab of tabs.slice(1)) {
    await tab.getByRole("heading", { name: "You are signed out" }).waitFor();
    expect(tab.url()).toBe(`${on.pages}/viewer.html#/v/order/17`);
  }
  // And they sign in together: the others continue where they were.
  await page.getByRole("button", { name: "Sign in again" }).click();
  await typeLogin(page, "bo");
  await Promise.all(tabs.slice(1).map(connected));
  await tabs[1]!.locator(".account-name", { hasText: "Bo Berg" }).waitFor();
});

it("loses nothing when a sign-in ends while the browser is offline, and continues after signing in again", async () => {
  const { page, context, problems } = await on.visit();
  await signIn(page, "ana");
  await connected(page);
  await page.getByRole("button", { name: "Play the sample" }).click();
  await page.waitForURL(/#\/v\/v_/);
  await page.getByRole("radio").first().check();
  const comment = page.getByRole("textbox", { name: /^Comment/ });
  const place = page.url();

  await context.setOffline(true);
  await page.locator('[data-connection="offline"]').waitFor();
  await endLife(page);
  await page.getByText("Add a comment").click();
  await comment.fill("written while offline");
  on.issuer.store.forget("RefreshToken");
  on.issuer.store.forget("Session");
  await context.setOffline(false);

  await page.locator('[data-account="ended"]').waitFor();
  expect(await page.locator(".connection").getAttribute("data-kind")).toBe("unauthorised");
  await page.getByText("Signed out").waitFor();
  expect(await page.getByRole("radio").first().isChecked()).toBe(true);
  expect(on.issuer.renewals).toEqual([400]);

  await signIn(page, "ana", "Sign in again");
  await connected(page);
  expect(page.url()).toBe(place);
  await page.getByRole("radio").first().waitFor();
  expect(await page.getByRole("radio").first().isChecked()).toBe(true);
  expect(await comment.inputValue()).toBe("written while offline");
  await answerOn(page, "Choose this title");
  await page.locator('[data-receipt][data-status="relayed"]').waitFor({ state: "attached" });
  expect(problems.filter((one) => !/status of 400|INTERNET_DISCONNECTED/.test(one))).toEqual([]);
});

it.each(["on the same page", "in another tab"])(
  "does not show what one person wrote to the next who signs in %s",
  async (where) => {
    const { page, context } = await on.visit();
    await signIn(page, "ana");
    await connected(page);
    await page.evaluate(() =>
      sessionStorage.setItem("callboard:draft:req_0123456789", '[["comment","secret"]]'),
    );
    on.issuer.store.forget("RefreshToken");
    on.issuer.store.forget("Session");
    await endLife(page);
    await page.reload();
    await page.locator('[data-account="ended"]').waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Your sign-in has ended" }).waitFor();
    const next = where === "in another tab" ? await context.newPage() : page;
    if (next !== page) await next.goto(`${on.pages}/creator.html`);
    await signIn(next, "bo");
    await connected(page);
    await page.locator(".account-name", { hasText: "Bo Berg" }).waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem("callboard:draft:req_0123456789"))).toBeNull();
  },
);

it("sends nothing in the name of a newly signed-in person when a page comes back from the browser's history", async () => {
  const [{ page: other }, { page }] = [await on.visit(), await on.visit()];
  await signIn(other, "bo");
  await connected(other);
  const ofBo = JSON.stringify(await keptOn(other));
  await signIn(page, "ana");
  await connected(page);
  const users = new Set<string>();
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const [, name] = /"type":"welcome".*?"name":"([^"]+)"/.exec(String(payload)) ?? [];
      if (name !== undefined) users.add(name);
    });
  });
  // The stored sign-in changes without an event, as while a page is in the back/forward cache.
  await page.evaluate((kept) => localStorage.setItem("callboard.session", kept), ofBo);
  // It reloads itself, which ends the evaluation.
  await page.evaluate(() => {
    const back = new PageTransitionEvent("pageshow", { persisted: true });
    setTimeout(() => window.dispatchEvent(back));
  });
  await page.locator(".account-name", { hasText: "Bo Berg" }).waitFor();
  await connected(page);
  expect([...users]).toEqual(["Bo Berg"]);
});

it("keeps people signed in while the issuer is away, until their token expires", async () => {
  const { page } = await on.visit();
  await signIn(page, "ana");
  await connected(page);
  on.issuer.down();
  await shortenLife(page, 0.1);
  await page.reload();
  await connected(page);
  await endLife(page);
  await page.reload();
  await page.getByText("Cannot sign in").waitFor();
  expect(await page.locator('[data-account="ended"]').count()).toBe(0);
  on.issuer.up();
  await connected(page);
});

it.each([-2, 2])("works on a machine whose clock is wrong by %s hours", async (hours) => {
  const { page, context } = await on.visit("/viewer.html");
  await context.addInitScript((ms) => {
    const Real = Date;
    const now = () => Real.now() + ms;
    globalThis.Date = new Proxy(Real, {
      construct: (_, args: []) => (args.length === 0 ? new Real(now()) : new Real(...args)),
      get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
    });
  }, hours * 3_600_000);
  await page.reload();
  await signIn(page, "vic");
  await connected(page);
  await page.reload();
  await connected(page);
  expect(on.issuer.renewals).toEqual([]);
});

it("asks neither user nor issuer if the link has a token", async () => {
  const { page } = await on.visit("/viewer.html#/v/order/17?token=aaa.bbb.ccc");
  await page.locator(".connection").waitFor();
  expect(await page.getByRole("button", { name: "Sign in" }).count()).toBe(0);
  expect(page.url()).toBe(`${on.pages}/viewer.html#/v/order/17`);
});

type Page = Parameters<typeof keptOn>[0];

/** Every connection state that the bar shows from now on, once each. */
function watchConnection(page: Page): () => Promise<string[]> {
  const watching = page.evaluate(() => {
    const bar = document.querySelector("[data-connection]")!;
    const kinds = [bar.getAttribute("data-connection")!];
    new MutationObserver(() => kinds.push(bar.getAttribute("data-connection")!)).observe(bar, {
      attributes: true,
    });
    Object.assign(window, { kinds });
  });
  return async () => {
    await watching;
    return page.evaluate(() => [...new Set((window as unknown as { kinds: string[] }).kinds)]);
  };
}

async function ending(page: Page): Promise<{ token: string; endsAt: number }> {
  const { token, receivedAt, lifeMs } = (await keptOn(page)) as unknown as {
    token: string;
    receivedAt: number;
    lifeMs: number;
  };
  return { token, endsAt: receivedAt + lifeMs };
}

/** Shortens the token's remaining validity to this. */
const shortenLife = (page: Page, part = 0): Promise<void> =>
  page.evaluate((left) => {
    const kept = JSON.parse(localStorage.getItem("callboard.session")!);
    kept.receivedAt = Date.now() - kept.lifeMs * (1 - left);
    localStorage.setItem("callboard.session", JSON.stringify(kept));
  }, part);

const endLife = (page: Page): Promise<void> => shortenLife(page, -1);
