import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { openBrowser, openPage } from "../e2e/browser.ts";
import type { Project } from "../packages/project.ts";
import { openExample, type Served, serve, serveFiles, startOrder } from "./example.ts";

const { pages, socket } = inject("callboard");

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const titles = [
  { id: "box", title: "In a box" },
  { id: "bag", title: "In a bag" },
];

/** Follows an order on a page of the example in React, and picks. */
async function pick(page: Page): Promise<void> {
  await page.getByRole("listitem").getByText("pack: running").waitFor();
  expect(await page.getByRole("progressbar").getAttribute("value")).toBe("40");
  const question = page.getByRole("group", { name: "Send it?" });
  const button = question.getByRole("button").first();
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
  await question.getByLabel("In a bag").check();
  await button.click();
  await page.getByText("pick: relayed").waitFor();
}

describe("examples/vite", () => {
  let project: Project;
  let served: Served;
  beforeAll(async () => {
    project = await openExample("vite");
    const env = { VITE_CALLBOARD_PAGES: pages, VITE_CALLBOARD_SOCKET: socket };
    // Its types are checked first, and those of our packages.
    await project.type("npm run build", env);
    served = await serve(project, "npx vite preview --host 127.0.0.1 --strictPort --port");
  }, 90_000);
  afterAll(() => served?.stop());

  it("shows progress on a page of another origin, and brings an answer to the workflow", async () => {
    expect(new URL(served.url).origin).not.toBe(new URL(pages).origin);
    const order = await startOrder("vite", { verbs: ["pick"], candidates: titles });
    const { page, problems } = await openPage(browser, `${served.url}/?order=vite`);
    await pick(page);
    expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "pick", candidateId: "bag" });
    expect(problems).toEqual([]);
    await page.close();
  });

  it("would see a value that is used as what it is not", async () => {
    const source = 'import { useProgress } from "@callboard/client/react";\n';
    const wrong =
      'export const useWrong = (): number => useProgress("order/7").steps.map(({ step }) => step);\n';
    await project.write("src/wrong.ts", source + wrong);
    await expect(project.type("npx tsc")).rejects.toThrow(
      "Type 'string[]' is not assignable to type 'number'",
    );
  });
});

describe("examples/next", () => {
  let served: Served;
  beforeAll(async () => {
    const project = await openExample("next");
    await project.type("npm run build", {
      NEXT_PUBLIC_CALLBOARD_PAGES: pages,
      NEXT_PUBLIC_CALLBOARD_SOCKET: socket,
      NEXT_TELEMETRY_DISABLED: "1",
    });
    served = await serve(project, "npx next start --hostname 127.0.0.1 --port");
  }, 120_000);
  afterAll(() => served?.stop());

  it("renders an order on the server of which nothing is known so far", async () => {
    const html = await (await fetch(`${served.url}/orders/next`)).text();
    expect(html).toMatch(/<main aria-busy="true"><h1>Order (<!-- -->)?next<\/h1><ol><\/ol>/);
  });

  it("goes on in the browser, and brings an answer to the workflow", async () => {
    const order = await startOrder("next", { verbs: ["pick"], candidates: titles });
    const { page, problems } = await openPage(browser, `${served.url}/orders/next`);
    await pick(page);
    expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "pick", candidateId: "bag" });
    // Nor does React complain that the browser draws something else than the server did.
    expect(problems).toEqual([]);
    await page.close();
  });
});

describe("examples/plain", () => {
  it("needs no bundler: the packages' files and an import map", async () => {
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
});

describe("examples/element", () => {
  it("needs nothing but its page: the script comes from Callboard, which is of another origin", async () => {
    const folder = join(inject("place"), "element");
    await mkdir(folder);
    const page = await readFile(join(root, "examples/element/index.html"), "utf8");
    const here = page.replaceAll("http://127.0.0.1:3000", pages).replaceAll("ws://127.0.0.1:3001/", socket);
    await writeFile(join(folder, "index.html"), here.replace("order/7", "order/element"));
    const served = await serveFiles(folder);
    onTestFinished(served.stop);
    const order = await startOrder("element", { verbs: ["approve", "reject"] });
    const { page: shown, problems } = await openPage(browser, `${served.url}/index.html`);
    await shown.getByRole("heading", { name: "Send it?" }).waitFor();
    await shown.getByRole("button", { name: "Approve" }).click();
    await shown.getByText("The page has heard: relayed").waitFor();
    expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "approve" });
    expect(problems).toEqual([]);
    await shown.close();
  }, 60_000);
});
