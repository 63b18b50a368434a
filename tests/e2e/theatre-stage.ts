import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { type Machine, openMachine, type Running } from "./machine.ts";

/** The first page with its two frames; `problems` are its unseen errors. */
export interface Visit {
  readonly page: Page;
  readonly creator: FrameLocator;
  readonly viewer: FrameLocator;
  readonly problems: string[];
}

/** A machine for one test file, as `npm start` runs it; it ends with the file's tests, and each page with its test. */
export function theatreOfFile() {
  let browser: Browser;
  let machine: Machine;
  let running: Running;
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    machine = await openMachine();
    running = machine.start();
    [browser] = await Promise.all([openBrowser(), running.up]);
  }, 120_000);
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  afterAll(async () => {
    await browser?.close();
    await machine?.close();
  });
  const pages = () => `http://127.0.0.1:${machine.ports.pages}`;
  return {
    pages,
    aws: () => `http://127.0.0.1:${machine.ports.aws}`,
    /** The process that was started, of which the service is a child. */
    pid: () => running.pid,
    async visit(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visit> {
      const { page, context, problems } = await openPage(browser, `${pages()}/`, {
        viewport: { width: 1440, height: 900 },
        locale: "en-GB",
        ...options,
      });
      closers.push(() => context.close());
      const frameOf = (pane: string) => page.frameLocator(`[data-pane="${pane}"] iframe`);
      return { page, creator: frameOf("creator"), viewer: frameOf("viewer"), problems };
    },
  };
}

export const run = (page: Page) => page.getByRole("button", { name: /^Run it/ }).click();
export const waiting = (page: Page) =>
  page.locator('[data-state="Ask"][data-standing="waiting"]').waitFor({ timeout: 60_000 });
export const ended = (page: Page, status: string) =>
  page.locator(`[data-run="${status}"]`).waitFor({ timeout: 60_000 });
export const textOf = async (found: Locator) => (await found.textContent()) ?? "";
export const counter = (page: Page, name: string) => textOf(page.locator(`[data-counter="${name}"] dd`));
export const breakIt = (page: Page, name: string) => page.locator(`[data-break="${name}"]`).click();
export const news = (page: Page, kind: string) =>
  page.locator(`.break-news[data-news="${kind}"]`).waitFor({ timeout: 60_000 });
export const lostIsZero = (page: Page) =>
  expect.poll(() => counter(page, "lost"), { timeout: 30_000 }).toBe("0");

/** Answers the question in the creator's frame with its first title. */
export async function answer(creator: FrameLocator): Promise<void> {
  await creator.locator('[data-question="open"]').waitFor();
  await creator.locator("[data-candidate]").first().getByRole("radio").check();
  await creator.getByRole("button", { name: "Choose this title" }).click();
  await creator.getByRole("button", { name: "Send now" }).click();
}
