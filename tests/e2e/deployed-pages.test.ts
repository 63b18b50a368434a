import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pageHeaders, pagePolicy } from "@callboard/web/policy";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { openStage, type Stage } from "./stage.ts";
import { pick } from "./story-stage.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

let stage: Stage;
let browser: Browser;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  [stage, browser] = await Promise.all([openStage(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  for (const end of ends) await end();
  await stage.close();
});

/**
 * The pages as a deployment builds them, served as CloudFront does: only files, on their own origin, with the headers
 * of the deployed policy. The APIs and the storage are those of this machine.
 */
async function deployPages(more: object): Promise<string> {
  const { socket, http, aws } = stage.callboard.addresses;
  const outDir = await mkdtemp(join(tmpdir(), "callboard-deployed-"));
  const root = fileURLToPath(new URL("../../packages/web", import.meta.url));
  await build({ root, logLevel: "error", build: { outDir, emptyOutDir: true } });
  // The stack puts it beside the pages.
  await writeFile(join(outDir, "config.json"), JSON.stringify({ socketUrl: socket, httpUrl: http, ...more }));
  const policy = pagePolicy({ socket, http, files: aws });
  const server: Server = createServer(async (request, response) => {
    const path = new URL(request.url!, "http://pages").pathname;
    const body = await readFile(join(outDir, path)).catch(() => undefined);
    response.writeHead(body ? 200 : 403, {
      ...pageHeaders,
      "content-security-policy": policy,
      "content-type": types[extname(path)] ?? "text/plain",
    });
    response.end(body ?? "AccessDenied");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
    () => rm(outDir, { recursive: true }),
  );
  return `http://pages.localhost:${(server.address() as AddressInfo).port}`;
}

it("uploads, plays the sample, answers, stops and tries again from an origin of the pages' own", async () => {
  const pages = await deployPages({ videos: true, sampleAvailable: true });
  const { page, problems } = await openPage(browser, "about:blank", { locale: "en-GB" });
  await page.goto(`${pages}/creator.html#token=${await stage.token("ana", "creator")}`);
  await page.locator('[data-connection="connected"]').waitFor();

  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByLabel("Captions (.vtt or .srt)").setInputFiles({
    name: "my talk.vtt",
    mimeType: "text/vtt",
    buffer: Buffer.from("WEBVTT\n\n00:00.000 --> 00:09.000\nA talk about the task token of a workflow.\n"),
  });
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("heading", { name: "my talk.vtt", level: 1 }).waitFor();
  await page.getByText("A talk about the task token of a workflow.").first().waitFor({ state: "attached" });

  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Yes, stop" }).click();
  await page.getByRole("button", { name: "Try again from there" }).click();
  await page.getByRole("button", { name: "Stop", exact: true }).waitFor();

  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("button", { name: "Play the sample" }).click();
  await page.getByRole("heading", { level: 1, name: "talk.mp4" }).waitFor();
  await page.locator("video").waitFor();
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) > 0);
  await pick(page, 0);
  await page.locator('[data-outcome="relayed"]').waitFor();
  await page.locator('[data-avatar="shown"]').waitFor();
  expect(problems).toEqual([]);
  await page.close();
}, 90_000);

it("works without the video application if the deployment has none", async () => {
  const pages = await deployPages({});
  const { page, problems } = await openPage(browser, "about:blank");
  await page.goto(`${pages}/creator.html#token=${await stage.token("ana", "creator")}`);
  await page.locator('[data-connection="connected"]').waitFor();
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
  expect(await page.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
  expect(problems).toEqual([]);
  await page.close();
});
