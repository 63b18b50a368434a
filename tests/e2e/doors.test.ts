import { readIdentity } from "@callboard/functions/deployment";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let browser: Browser;
let pages: string;
beforeAll(async () => {
  // As where it is deployed, people sign in.
  const identity = readIdentity(
    {
      CALLBOARD_ISSUER: "http://127.0.0.1:9/issuer",
      CALLBOARD_JWKS_URL: "http://127.0.0.1:9/keys",
    },
    [],
    { address: /^http:/, addressRule: "an address" },
  );
  [stage, browser] = await Promise.all([openStage({}, { identity }), openBrowser()]);
  pages = stage.callboard.addresses.pages;
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

it("has two entries in place of the theatre, in the reader's language", async () => {
  for (const [locale, creator, others] of [
    ["en-GB", /Creator/, "日本語"],
    ["ja-JP", /制作者/, "English"],
  ] as const) {
    const { page, context, problems } = await openPage(browser, `${pages}/`, { locale });
    const door = page.getByRole("link", { name: creator });
    await door.waitFor();
    await page.getByRole("button", { name: others }).waitFor();
    expect(await page.getByRole("link").count()).toBe(2);
    expect(await page.getByRole("button").count()).toBe(2);
    expect(await page.locator("[data-break], .run, iframe").count()).toBe(0);
    expect(problems).toEqual([]);
    await context.close();
  }
});

it("has two entries without any script, and never the theatre's button", async () => {
  const { page, context } = await openPage(browser, `${pages}/`, { javaScriptEnabled: false });
  await page.getByRole("link", { name: /Viewer/ }).waitFor();
  expect(await page.locator(".run").isVisible()).toBe(false);
  await context.close();
});

it("answers none of the theatre's paths, and allows no frames of its pages", async () => {
  const own = { "x-callboard-theatre": "1" };
  for (const path of [
    "machine",
    "execution?arn=a",
    "event?arn=a&id=1",
    "kill",
    "token?user=ana&role=creator",
  ])
    for (const method of ["GET", "POST"])
      expect([path, method, (await fetch(`${pages}/dev/${path}`, { method, headers: own })).status]).toEqual([
        path,
        method,
        404,
      ]);
  const { headers } = await fetch(`${pages}/creator.html`);
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("x-frame-options")).toBe("DENY");
  const config = (await (await fetch(`${pages}/config.json`)).json()) as object;
  expect(config).not.toHaveProperty("theatre");
  expect(config).not.toHaveProperty("mayKill");
});
