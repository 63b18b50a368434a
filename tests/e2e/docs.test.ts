import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { openLook } from "./look-at.ts";
import { type Machine, openMachine } from "./machine.ts";

let machine: Machine;
let browser: Browser;
let site: string;
beforeAll(async () => {
  [machine, browser] = await Promise.all([openMachine(), openBrowser()]);
  site = `http://127.0.0.1:${machine.ports.pages}`;
  await machine.start().up;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await machine?.close();
});

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

it("leads from the first page to the docs, which npm start builds at the first request", async () => {
  const { page, problems } = await openPage(browser, site);
  await page.getByRole("link", { name: "Docs" }).click();
  await page.getByRole("heading", { level: 1, name: "Callboard" }).waitFor();
  await page.getByRole("link", { name: "Recipes", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Recipes" }).waitFor();
  expect(page.url()).toBe(`${site}/docs/recipes.html`);
  expect(await page.locator('img:not([src^="data:"])').count()).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});

it("searches with only the keyboard, and goes to the found section", async () => {
  const { page, problems } = await openPage(browser, `${site}/docs/reference/index.html`);
  await page.keyboard.press("/");
  await page.keyboard.type("where the task token is");
  await page.locator(".found a").first().waitFor();
  expect(await page.getByRole("status").textContent()).toMatch(/^\d+ found$/);
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toContain("Where the task token is");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Callboard in your own workflow" }).waitFor();
  expect(new URL(page.url()).hash).toBe("#where-the-task-token-is");

  await page.keyboard.press("/");
  await page.keyboard.type("xyzzy");
  await page.getByText("Nothing found").waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("searchbox").inputValue()).toBe("");
  expect(await page.getByText("Nothing found").count()).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});

it("sends the index of the search compressed, and not again to who has it", async () => {
  const index = `${site}/docs/search.json`;
  const sent = await fetch(index, { headers: { "accept-encoding": "br" } });
  expect(sent.headers.get("content-encoding")).toBe("br");
  const again = await fetch(index, {
    headers: { "accept-encoding": "br", "if-none-match": sent.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
});

it("has the list of pages behind a button on a narrow screen", async () => {
  const viewport = { width: 360, height: 740 };
  const { page, problems } = await openPage(browser, `${site}/docs/http.html`, { viewport });
  const current = page.getByRole("link", { name: "Callboard over HTTP" });
  expect(await current.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Pages" }).press("Enter");
  expect(await current.isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  expect(await current.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Pages" }).click();
  await page.getByRole("link", { name: "Recipes", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Recipes" }).waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

it("draws the diagrams, and is accessible in light and dark and on every screen", async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const look = await openLook(axe, { pictures: false });
  const { page, problems } = await openPage(browser, `${site}/docs/architecture.html`);
  /** Labels of a page's diagrams that extend beyond their picture. */
  const cutOff = async (name: string): Promise<string[]> => {
    await page.goto(`${site}/docs/${name}.html`);
    const pictures = await page
      .getByRole("img", { name: /diagram/ })
      .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).src));
    expect(pictures).not.toEqual([]);
    const found: string[] = [];
    // A picture that is opened by itself is refused the styles that it may have within a page.
    const alone = await page.context().newPage();
    for (const picture of pictures) {
      await alone.goto(picture);
      found.push(
        ...(await alone.evaluate(() => {
          const { x, width } = (document.documentElement as unknown as SVGSVGElement).viewBox.baseVal;
          return [...document.querySelectorAll("text")]
            .filter((text) => text.getBBox().x < x || text.getBBox().x + text.getBBox().width > x + width)
            .map(({ textContent }) => textContent);
        })),
      );
    }
    await alone.close();
    return found;
  };
  const width = await page
    .getByRole("img", { name: /diagram/ })
    .evaluate((picture) => (picture as HTMLImageElement).naturalWidth);
  expect(width).toBeGreaterThan(500);
  expect(await cutOff("architecture")).toEqual([]);
  expect(await cutOff("protocol")).toEqual([]);
  for (const name of ["architecture", "http"]) {
    await page.goto(`${site}/docs/${name}.html`);
    await look(`docs/${name}`, page);
  }
  await page.getByRole("searchbox").fill("candidate");
  await page.locator(".found a").first().waitFor();
  await look("docs, searched", page);
  expect(look.findings).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});
