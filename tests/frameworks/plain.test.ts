import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { openBrowser, openPage } from "../e2e/browser.ts";
import { openExample, serveFiles, startOrder } from "./example.ts";

const { pages, socket } = inject("callboard");

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

it("examples/plain needs no bundler: the packages' files and an import map", async () => {
  const project = await openExample("plain");
  const served = await serveFiles(project.folder);
  onTestFinished(served.stop);
  const order = await startOrder("plain", { verbs: ["approve", "reject"] });
  const query = new URLSearchParams({ order: "plain", pages, socket });
  const { page, problems } = await openPage(browser, `${served.url}/index.html?${query}`);
  await page.getByText("pack: running").waitFor();
  await page.getByRole("group", { name: "Send it?" }).getByRole("button", { name: "approve" }).click();
  await page.getByText("approve: accepted").waitFor();
  expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "approve" });
  expect(problems).toEqual([]);
  await page.close();
}, 60_000);
