import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import { openBrowser, openPage } from "./browser.ts";
import { type Machine, openMachine, type Running } from "./machine.ts";
import { treeOf } from "./processes.ts";

let browser: Browser;
let machine: Machine;
let running: Running;
let pages: string;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  machine = await openMachine();
  running = machine.start();
  [browser] = await Promise.all([openBrowser(), running.up]);
  pages = `http://127.0.0.1:${machine.ports.pages}`;
}, 120_000);
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(async () => {
  await browser?.close();
  await machine?.close();
});

interface Visit {
  readonly page: Page;
  readonly creator: FrameLocator;
  readonly viewer: FrameLocator;
  readonly problems: string[];
}

async function visit(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visit> {
  const { page, context, problems } = await openPage(browser, `${pages}/`, {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    ...options,
  });
  closers.push(() => context.close());
  const frameOf = (pane: string) => page.frameLocator(`[data-pane="${pane}"] iframe`);
  return { page, creator: frameOf("creator"), viewer: frameOf("viewer"), problems };
}

const run = (page: Page) => page.getByRole("button", { name: /^Run it/ }).click();
const waiting = (page: Page) =>
  page.locator('[data-state="Ask"][data-standing="waiting"]').waitFor({ timeout: 60_000 });
const ended = (page: Page, status: string) =>
  page.locator(`[data-run="${status}"]`).waitFor({ timeout: 60_000 });
const textOf = async (found: Locator) => (await found.textContent()) ?? "";
const counter = (page: Page, name: string) => textOf(page.locator(`[data-counter="${name}"] dd`));
const breakIt = (page: Page, name: string) => page.locator(`[data-break="${name}"]`).click();
const news = (page: Page, kind: string) =>
  page.locator(`.break-news[data-news="${kind}"]`).waitFor({ timeout: 60_000 });
const lostIsZero = (page: Page) => expect.poll(() => counter(page, "lost"), { timeout: 30_000 }).toBe("0");

/** Answers the question in the creator's frame with its first title. */
async function answer(creator: FrameLocator): Promise<void> {
  await creator.locator('[data-question="open"]').waitFor();
  await creator.locator("[data-candidate]").first().getByRole("radio").check();
  await creator.getByRole("button", { name: "Choose this title" }).click();
  await creator.getByRole("button", { name: "Send now" }).click();
}

it("has its heading and its button before any script has run", async () => {
  const { page } = await visit({ javaScriptEnabled: false });
  await page.getByRole("heading", { level: 1, name: /nothing is lost/ }).waitFor();
  await page.getByRole("button", { name: "Run it" }).waitFor();
  expect(await page.getByRole("link", { name: /Creator/ }).isVisible()).toBe(false);
});

it("runs once when it was pressed before its script was there", async () => {
  const { page } = await visit();
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route("**/assets/**.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  const button = page.getByRole("button", { name: "Run it" });
  await button.click();
  await button.click();
  const runs: string[] = [];
  page.on("request", (request) => request.url().endsWith("/videos/sample") && runs.push(request.url()));
  go();
  await waiting(page);
  expect(runs).toHaveLength(1);
});

it("runs, asks in the creator's frame, takes the answer there, and shows the way of it all", async () => {
  const { page, creator, viewer, problems } = await visit();
  await run(page);
  await waiting(page);
  expect(Number(await counter(page, "pushes"))).toBeGreaterThan(0);
  await answer(creator);
  await page.locator('[data-state="Ask"][data-standing="done"]').waitFor();
  await ended(page, "SUCCEEDED");
  await page.locator('[data-state="Finished"][data-standing="done"]').waitFor();
  await viewer.locator('[data-execution="succeeded"]').first().waitFor();
  await expect.poll(() => counter(page, "accepted")).toBe("1");
  await expect.poll(() => counter(page, "median")).toMatch(/^[\d,]+ ms$/);
  await lostIsZero(page);
  expect(problems).toEqual([]);
});

it("keeps its run and its counters over a reload, and what it cannot know is no zero", async () => {
  const { page, creator } = await visit();
  expect(await counter(page, "median")).toMatch(/–/);
  await run(page);
  await waiting(page);
  await answer(creator);
  await ended(page, "SUCCEEDED");
  await lostIsZero(page);
  const pushes = Number(await counter(page, "pushes"));
  await page.reload();
  await ended(page, "SUCCEEDED");
  expect(await counter(page, "accepted")).toBe("1");
  expect(Number(await counter(page, "pushes"))).toBeGreaterThanOrEqual(pushes);
  await lostIsZero(page);
});

it("kills the server while a question is open, ten times: it is still open, and is answered once", async () => {
  const { page, creator } = await visit();
  await run(page);
  await waiting(page);
  const [supervisor, first] = await treeOf(running.pid);
  for (let deaths = 0; deaths < 10; deaths++) {
    await breakIt(page, "kill");
    await page.locator('.break-news[data-over="false"]').waitFor();
    await news(page, "killed");
  }
  const [same, last] = await treeOf(running.pid);
  expect(same).toBe(supervisor);
  expect(last).not.toBe(first);
  await page.getByText("the question is still open").first().waitFor();
  await answer(creator);
  await ended(page, "SUCCEEDED");
  expect(await counter(page, "accepted")).toBe("1");
  await lostIsZero(page);

  const arn = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem("callboard.theatre.run")!).executionArn as string,
  );
  const history = await awsAt(`http://127.0.0.1:${machine.ports.aws}`).history(arn);
  const outputs = history.flatMap(({ taskSucceededEventDetails: details }) => details?.output ?? []);
  expect(outputs.filter((output) => output.includes("replyId"))).toHaveLength(1);
}, 180_000);

it("takes one of two tabs' answers, and tells the other who was first", async () => {
  const { page } = await visit();
  await run(page);
  await waiting(page);
  await breakIt(page, "tabs");
  await news(page, "one_accepted");
  await page.getByText("Ana was first").first().waitFor();
  expect(await counter(page, "accepted")).toBe("1");
  expect(await counter(page, "refused")).toBe("1");
  await ended(page, "SUCCEEDED");
  await lostIsZero(page);
});

it("cuts the creator's page off, which says so and is whole again after", async () => {
  const { page, creator, viewer } = await visit();
  await creator.locator('[data-connection="connected"]').waitFor();
  await breakIt(page, "offline");
  await news(page, "offline");
  await creator.locator('[data-connection]:not([data-connection="connected"])').waitFor();
  await viewer.locator('[data-connection="connected"]').waitFor();
  await news(page, "came_back");
  await creator.locator('[data-connection="connected"]').waitFor();
  await lostIsZero(page);
});

it("takes the default when nobody answers", async () => {
  const { page } = await visit();
  await breakIt(page, "nothing");
  await news(page, "default_taken");
  await ended(page, "SUCCEEDED");
  await lostIsZero(page);
}, 120_000);

it("shows a state's event, definition and hook with the ids of the run, reached by keys alone", async () => {
  const { page } = await visit();
  await run(page);
  await waiting(page);
  const ask = page.locator('[data-state="Ask"]');
  await ask.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await ask.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  const drawer = page.locator('[data-drawer="Ask"]');
  const text = drawer.locator("pre");
  await expect.poll(() => textOf(text)).toContain('"detail-type": "Feedback Requested"');
  const { subject } = await page.evaluate(() => JSON.parse(sessionStorage.getItem("callboard.theatre.run")!));
  expect(await textOf(text)).toContain(subject);
  await drawer.getByRole("tab", { name: "Event" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => textOf(text)).toContain("events:putEvents.waitForTaskToken");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => textOf(text)).toMatch(/useQuestion\("req_\w+"/);

  await page.getByRole("button", { name: "List", exact: true }).click();
  const row = page.getByRole("button", { name: /^Ask waits for an answer/ });
  await row.waitFor();
  await row.click();
  await drawer.waitFor({ state: "detached" });
});

it("tells of an execution all that happened in it, and never a task token", async () => {
  const { page } = await visit();
  await run(page);
  await waiting(page);
  const arn = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem("callboard.theatre.run")!).executionArn as string,
  );
  const history = JSON.stringify(await awsAt(`http://127.0.0.1:${machine.ports.aws}`).history(arn));
  const [, token] = /taskToken\W+([\w+/=-]{20,})/.exec(history)!;
  const get = async (path: string) => (await fetch(`${pages}/dev/${path}`)).text();
  const query = `arn=${encodeURIComponent(arn)}`;
  const trace = await get(`execution?${query}`);
  const { events } = JSON.parse(trace) as { events: { id: number; state?: string }[] };
  expect(events.some(({ state }) => state === "Ask")).toBe(true);
  const answers = [trace, await get("machine"), await get(`machine?${query}`)];
  for (const { id } of events) answers.push(await get(`event?${query}&id=${id}`));
  expect(answers.some((text) => text.includes("Feedback Requested"))).toBe(true);
  expect(answers.filter((text) => text.includes(token!))).toEqual([]);
  expect((await fetch(`${pages}/dev/execution?arn=none`)).status).toBe(404);
});

it("is killed by its own page alone", async () => {
  const kill = (headers: Record<string, string>) =>
    fetch(`${pages}/dev/kill`, { method: "POST", headers }).then(({ status }) => status);
  const [, before] = await treeOf(running.pid);
  expect(await kill({})).toBe(403);
  expect(await kill({ "content-type": "application/x-www-form-urlencoded" })).toBe(403);
  const own = { "x-callboard-theatre": "1" };
  expect(await kill({ ...own, origin: "http://127.0.0.1:1" })).toBe(403);
  expect(await kill({ ...own, origin: "https://evil.example" })).toBe(403);
  expect(
    (await fetch(`${pages}/dev/kill`, { method: "OPTIONS" })).headers.get("access-control-allow-headers"),
  ).toBe(null);
  expect((await treeOf(running.pid))[1]).toBe(before);
});
