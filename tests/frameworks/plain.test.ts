import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
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

it("examples/element needs only its page: the script comes from Callboard, another origin", async () => {
  const folder = join(inject("place"), "element");
  await mkdir(folder);
  const source = await readFile(join(root, "examples/element/index.html"), "utf8");
  const here = source.replaceAll("http://127.0.0.1:3000", pages).replaceAll("ws://127.0.0.1:3001/", socket);
  await writeFile(join(folder, "index.html"), here.replace("order/7", "order/element"));
  const served = await serveFiles(folder);
  onTestFinished(served.stop);
  const order = await startOrder("element", { verbs: ["approve", "reject"] });
  const { page, problems } = await openPage(browser, `${served.url}/index.html`);
  await page.getByRole("heading", { name: "Send it?" }).waitFor();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("The page has heard: relayed").waitFor();
  expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "approve" });
  expect(problems).toEqual([]);
  await page.close();
}, 60_000);
