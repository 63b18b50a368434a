import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Look, openLook } from "../look-at.ts";
import { connected, keptOn, openSignIn, type SignInStage, signIn } from "./sign-in-stage.ts";

let on: SignInStage;
let look: Look;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [on, look] = await Promise.all([
    openSignIn("cognito"),
    openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" }),
  ]);
});
afterAll(() => on?.close());
beforeEach(() => on.issuer.up());

it("shows the issuer's own reason why a sign-in failed, and allows another try", async () => {
  const { page } = await on.visit("/creator.html#/v/order/17");
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await look("signed out", page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: /cancel/i }).click();
  await page.getByRole("heading", { name: "You were not signed in" }).waitFor();
  await page.getByText("The sign-in service says: End-User aborted interaction").waitFor();
  expect(page.url()).toBe(`${on.pages}/sign-in.html`);
  await look("sign-in refused", page);
  await signIn(page, "ana", "Try again");
  await connected(page);
  expect(page.url()).toBe(`${on.pages}/creator.html#/v/order/17`);
  await look("signed in", page);
});

it("shows nothing of an address that belongs to no sign-in of this browser", async () => {
  const { page } = await on.visit(
    `/sign-in.html?error=access_denied&error_description=Call+555-0100&state=${"0".repeat(32)}`,
  );
  await page.getByRole("heading", { name: "This sign-in is over" }).waitFor();
  expect(await page.getByText("555").count()).toBe(0);
  expect(page.url()).toBe(`${on.pages}/sign-in.html`);
  for (const query of ["code=stolen", "code=stolen&state=made-up", "error=", "code=&state="]) {
    await page.goto(`${on.pages}/sign-in.html?${query}`);
    await page.getByRole("heading", { name: "This sign-in is over" }).waitFor();
    expect([page.url(), await keptOn(page)]).toEqual([`${on.pages}/sign-in.html`, null]);
  }
  await look("sign-in stale", page);
});

it("does not use the code of a sign-in that was begun in another browser", async () => {
  const victim = await on.visit();
  const attacker = await on.visit();
  // So the code stays valid.
  await attacker.page.route(/\/token$/, (route) => route.abort());
  await signIn(attacker.page, "bo");
  await attacker.page.getByRole("heading", { name: "You were not signed in" }).waitFor();
  const stolen = attacker.addresses.find((address) => address.includes("code="))!;
  await victim.page.goto(stolen);
  await victim.page.getByRole("heading", { name: "This sign-in is over" }).waitFor();
  expect(await keptOn(victim.page)).toBeNull();
});

it("says that the sign-in service does not answer, before the redirect and after it", async () => {
  const { page } = await on.visit();
  on.issuer.down();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("The sign-in service does not answer.").waitFor();
  await look("issuer away", page);
  on.issuer.up();
  await page.route(/\/token$/, (route) => route.abort());
  await signIn(page, "ana");
  await page.getByText("The sign-in service did not answer as it should.").waitFor();
  await page.unroute(/\/token$/);
  // The issuer's session still exists.
  await page.getByRole("button", { name: "Try again" }).click();
  await connected(page);
});

it("leads the back button, and a reload of the redirect, to the place before the sign-in", async () => {
  const { page, addresses } = await on.visit("/creator.html#/v/order/17");
  await signIn(page, "ana");
  await connected(page);
  const back = addresses.find((address) => address.includes("code="))!;
  await page.goBack();
  await page.waitForLoadState();
  await page.goto(back);
  await connected(page);
  expect(page.url()).toBe(`${on.pages}/creator.html#/v/order/17`);
  await page.goto(`${on.pages}/sign-in.html`);
  await connected(page);
  expect(page.url()).toBe(`${on.pages}/creator.html#/v/order/17`);
});

it("signs a person in on the other tabs too, without an interruption", async () => {
  const { page, context } = await on.visit("/viewer.html#/v/order/17");
  const other = await context.newPage();
  await other.goto(`${on.pages}/creator.html`);
  await signIn(other, "ana");
  await Promise.all([connected(page), connected(other)]);
  expect(page.url()).toBe(`${on.pages}/viewer.html#/v/order/17`);
});

it("allows two sign-ins at the same time", async () => {
  const { page, context } = await on.visit("/viewer.html#/v/order/17");
  const other = await context.newPage();
  await other.goto(`${on.pages}/creator.html`);
  const logins = [page, other].map(async (one) => {
    await one.getByRole("button", { name: "Sign in" }).click();
    await one.getByPlaceholder("Enter any login").waitFor();
  });
  await Promise.all(logins);
  for (const one of [other, page]) {
    await one.getByPlaceholder("Enter any login").fill("ana");
    await one.getByPlaceholder("and password").fill("secret");
    await one.getByRole("button", { name: "Sign-in" }).click();
    await connected(one);
  }
  expect([page.url(), other.url()]).toEqual([
    `${on.pages}/viewer.html#/v/order/17`,
    `${on.pages}/creator.html`,
  ]);
});

it("signs a person out who is offline, and says that the issuer could not be reached", async () => {
  const { page, context } = await on.visit();
  await signIn(page, "ana");
  await connected(page);
  await context.setOffline(true);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "You are signed out here" }).waitFor();
  expect(await keptOn(page)).toBeNull();
  await look("signed out offline", page);
});

it("says what is needed if a browser stores nothing", async () => {
  const { page, context } = await on.visit("/index.html");
  await context.addInitScript(() =>
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("no", "SecurityError");
      },
    }),
  );
  await page.goto(`${on.pages}/creator.html`);
  await page.getByRole("heading", { name: "This browser stores nothing" }).waitFor();
});

it("draws all of it accessibly", () => {
  expect(look.findings).toEqual([]);
});
