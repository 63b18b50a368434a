import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { openBrowser, openPage } from "../e2e/browser.ts";
import { freePorts } from "../e2e/machine.ts";
import { eventually } from "../e2e/people.ts";
import type { Project } from "../packages/project.ts";
import { type Started, startCallboard } from "../packages/started.ts";
import { inPlaceOf, keepRunning, openOrders, readDocument } from "./document.ts";

const place = inject("place");
const tutorial = readDocument("docs/tutorial.md");
const [start] = tutorial.commands("2. Start Callboard") as [string];
const [serve] = tutorial.commands("3. The page") as [string];
const [work] = tutorial.commands("4. A workflow") as [string];
const [mint, restart] = tutorial.commands("5. Tokens of your own") as [string, string];

let browser: Browser;
let project: Project;
let callboard: Started | undefined;
beforeAll(async () => {
  browser = await openBrowser();
  project = await openOrders(place);
}, 240_000);
afterAll(async () => {
  await callboard?.stop();
  await browser?.close();
});

/** The order on the page, the answer on it, and what the workflow's script prints. */
async function packOrder(page: Page): Promise<string[]> {
  const told = project.type(work);
  await page.getByText("pack: running").waitFor();
  expect(await page.getByRole("progressbar").getAttribute("value")).toBe("40");
  await page
    .getByRole("group", { name: "Which box?" })
    .getByRole("button", { name: "The small one" })
    .click();
  const lines = (await told).trim().split("\n");
  await page.getByText("pack: succeeded").waitFor();
  for (const role of ["group", "progressbar"] as const) expect(await page.getByRole(role).count()).toBe(0);
  return lines;
}

it("leads from an empty folder to an answer, and on to the reader's own tokens", async () => {
  callboard = await startCallboard(project, start);
  const { pages, socket, env } = callboard;
  const [served, issued] = (await freePorts(2)) as [number, number];
  const issuer = `http://127.0.0.1:${issued}`;
  const origin = `http://127.0.0.1:${served}`;
  expect(existsSync(join(project.folder, ".callboard"))).toBe(true);

  const client = inPlaceOf(tutorial.file("src/callboard.ts"), {
    "http://127.0.0.1:3000": pages,
    "ws://127.0.0.1:3001/": socket,
  });
  await project.write("src/callboard.ts", client);
  for (const file of ["src/order.tsx", "src/App.tsx"]) await project.write(file, tutorial.file(file));
  const aws = `http://127.0.0.1:${env.CALLBOARD_AWS_PORT}`;
  await project.write(
    "workflow.js",
    inPlaceOf(tutorial.file("workflow.js"), { "http://127.0.0.1:3002": aws }),
  );
  const dev = await keepRunning(
    project,
    `${serve} -- --host 127.0.0.1 --strictPort --port ${served}`,
    origin,
  );
  onTestFinished(dev.stop);

  const { page, problems } = await openPage(browser, origin);
  await page.getByRole("heading", { name: "Order 7" }).waitFor();
  expect(await page.locator("main").textContent()).toBe("Order 7");
  for (let run = 0; run < 2; run++)
    expect(await packOrder(page)).toEqual(["The workflow runs. Look at the page.", "Ana has picked: small"]);

  const ownPort = (text: string) => inPlaceOf(text, { "4000": String(issued) });
  await project.write("tokens.js", ownPort(tutorial.file("tokens.js")));
  const tokens = await keepRunning(project, mint, issuer);
  onTestFinished(tokens.stop);
  await callboard.stop();
  callboard = await startCallboard(project, `env ${ownPort(restart)}`, env);
  expect((await fetch(`${pages}/dev/token?user=ana&role=viewer`)).status).toBe(404);
  await project.write("vite.config.ts", ownPort(tutorial.file("vite.config.ts")));
  // Vite restarts by itself, and serves nothing meanwhile.
  const fetched = (path: string) =>
    fetch(`${origin}${path}`).then(
      (answer) => answer.text(),
      (cause: Error) => cause.message,
    );
  await eventually(
    () => fetched("/callboard-token"),
    (token) => token.startsWith('{"token"'),
  );
  const address = tutorial.snippets("5. Tokens of your own", "ts").at(-1)!;
  await project.write("src/callboard.ts", client.replace(/^const address = .*\n/m, address));
  // Vite notices a change after a while, and notifies only pages that are open.
  await eventually(
    () => fetched("/src/callboard.ts"),
    (code) => code.includes("/callboard-token"),
  );
  await page.reload();
  expect(await packOrder(page)).toContain("Ana Lima has picked: small");
  expect(problems.filter((problem) => !problem.includes("status of 404"))).toEqual([]);
  await page.close();

  // With the type checks of Vite's template.
  await project.type("npm run build");
}, 180_000);
