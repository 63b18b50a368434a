import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { openBrowser } from "./browser.ts";
import { type Look, openLook } from "./look-at.ts";

/** A page whose own style would spoil the panel, and whose policy forbids styles in it. */
const html = `<!doctype html><html lang="en"><title>Orders</title><link rel="stylesheet" href="/page.css">
  <main><h1>Orders</h1><button id="own">Order</button></main><script src="/page.js"></script></html>`;
const css = `body { background: Canvas; color: CanvasText; color-scheme: light dark; }
  h2, h3, section, button, ol, li { font-size: 40px; color: maroon; background: yellow; }`;
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'";

/** A client in the state with the most to show; \`tell\` adds a line. */
const script = `
  import { mountDevtools } from "@callboard/client/devtools";
  let listener = () => {};
  const at = Date.UTC(2026, 0, 1, 12);
  const view = (name, status, offset, epoch, items) => ({ name, status, offset, epoch, items: { size: items } });
  const client = {
    state: { state: "waiting", reason: "unauthorized_or_unreachable", retryInMs: 12000, retryAt: at + 12000 },
    now: () => at,
    retried: 0,
    retryNow() { client.retried++; },
    onState: () => () => {},
    onDebug(added) { listener = added; return () => {}; },
    channels: () => [
      view("watch:order/" + "7".repeat(190), "following", 1234, "mw3x9k2", 41),
      view("inbox:user/ana", "catching_up", 7, "ab12", 1),
      view("list:order", { error: "forbidden" }, 0, undefined, 0),
    ],
  };
  const tools = mountDevtools(client, ...(location.search === "?inside" ? [document.querySelector("main")] : []));
  Object.assign(window, { client, tools, tell: (event) => listener({ at: at + 250, ...event }) });
  tell({ kind: "sent", type: "hello", bytes: 214, summary: "hello watch:order/7@12 inbox:user/ana" });
  tell({ kind: "received", type: "welcome", bytes: 20480, summary: "welcome " + "watch:order/7@12 ".repeat(17) });
  tell({ kind: "note", code: "gap", text: "Something of watch:order/7 is missing; it is asked for.", isFault: true });
  tell({ kind: "note", code: "gap_healed", text: "Nothing of watch:order/7 is missing any more." });`;

let browser: Browser;
let look: Look;
let code: string;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const stdin = { contents: script, resolveDir: join(root, "tests") };
  const built = await build({ stdin, bundle: true, write: false, format: "iife", logLevel: "silent" });
  code = built.outputFiles[0]!.text;
  look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  browser = await openBrowser();
});
afterAll(() => browser?.close());

async function open(path: string): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, bypassCSP: false });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.route("http://devtools.test/**", (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: code });
    if (pathname === "/page.css") return route.fulfill({ contentType: "text/css", body: css });
    const headers = { "content-security-policy": policy };
    return route.fulfill({ contentType: "text/html", body: html, headers });
  });
  await page.goto(`http://devtools.test${path}`);
  return { page, problems };
}

const styleOf = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((one) => {
      const { fontSize, color, backgroundColor } = getComputedStyle(one);
      return { fontSize, color, backgroundColor };
    });

it("keeps its style and does not change the page's, under a policy that forbids inline styles", async () => {
  const { page, problems } = await open("/?inside");
  expect(await styleOf(page, "h3")).toMatchObject({ fontSize: "13px" });
  expect(await styleOf(page, "section button")).toMatchObject({ fontSize: "13px" });
  expect(await styleOf(page, "#own")).toMatchObject({ fontSize: "40px", color: "rgb(128, 0, 0)" });
  await page.evaluate(() => (window as unknown as { tools: { unmount(): void } }).tools.unmount());
  expect(await page.locator("section").count()).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});

it("is accessible on narrow and wide screens, in light and dark", async () => {
  const { page, problems } = await open("/?inside");
  await look("devtools in a page", page);
  await page.locator("summary").first().click();
  await page.setViewportSize({ width: 320, height: 640 });
  const within = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  expect([within, look.findings, problems]).toEqual([true, [], []]);
  await page.context().close();
});

it("can be used with only the keyboard, from the corner of the page", async () => {
  const { page, problems } = await open("/");
  await page.locator("#own").focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  expect(await page.locator("section").isVisible()).toBe(false);
  await press("Tab", "Enter");
  expect(await page.locator("section").isVisible()).toBe(true);
  await look("devtools in the corner", page);
  await page.setViewportSize({ width: 320, height: 640 });
  const box = (await page.locator("section").boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(320);
  await press("Tab", "Enter");
  expect(
    await page.evaluate(() => (window as unknown as { client: { retried: number } }).client.retried),
  ).toBe(1);
  await press("Tab", "Space");
  expect(await page.getByRole("button", { name: "Go on" }).getAttribute("aria-pressed")).toBe("true");
  await press("Space", "Tab", "Tab", "Tab", "Enter");
  expect(
    await page
      .locator("details")
      .first()
      .evaluate((one) => (one as HTMLDetailsElement).open),
  ).toBe(true);
  await press("Shift+Tab", "Shift+Tab", "Enter");
  expect(await page.locator("ol li").count()).toBe(0);
  expect([look.findings, problems]).toEqual([[], []]);
  await page.context().close();
});
