import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DescribeExecutionCommand, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import { openBrowser, openPage } from "./browser.ts";
import { devToken } from "./dev-token.ts";
import { type Machine, openMachine } from "./machine.ts";
import { eventually } from "./people.ts";
import { pick } from "./story-stage.ts";

const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));

/** A user's plugin that reports a failure. */
const failing = {
  "index.mjs": `import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
export const handler = ({ detail: { taskToken } }) =>
  new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [{
    EventBusName: "default",
    Source: "serverlessVideo.plugin.scores",
    DetailType: "plugin-complete",
    Detail: JSON.stringify({ TaskToken: taskToken, Message: { failed: true, reason: "No judge is there" } }),
  }] }));
`,
  "registry-row.json": JSON.stringify({
    pk: { S: "HOOK#preMetadata" },
    sk: { S: "0005#scores" },
    plugin: { S: JSON.stringify({ name: "scores", required: false, timeoutSeconds: 60 }) },
  }),
  "rule.json": JSON.stringify({
    source: ["serverlessVideo.pluginManager"],
    "detail-type": ["preMetadata.scores"],
  }),
};

let folder: string;
let machine: Machine;
let browser: Browser;
let pages: string;
beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "whole-life-"));
  await mkdir(join(folder, "scores"));
  for (const [name, text] of Object.entries(failing)) await writeFile(join(folder, "scores", name), text);
  machine = await openMachine();
  await machine.start({ CALLBOARD_PLUGINS: "true", CALLBOARD_FUNCTIONS: folder }).up;
  pages = `http://127.0.0.1:${machine.ports.pages}`;
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await machine?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string, user: string, role: "creator" | "viewer") {
  const token = await devToken(pages, user, role);
  const { page, problems } = await openPage(browser, `${pages}/${path}#?token=${token}`);
  await page.getByText("Connected").waitFor();
  return { page, problems };
}

/** The steps that a page shows, by their names. */
const stepsOn = (page: Page) =>
  page
    .locator("[data-step]")
    .evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [row.getAttribute("data-step"), row.getAttribute("data-state")])),
    );

it("shows its creator and a viewer the correct status of a video when a plugin fails", async () => {
  const creator = await open("creator.html", "ana", "creator");
  await creator.page.getByRole("button", { name: "Play the sample" }).first().click();
  await creator.page.locator("[data-candidate]").first().waitFor();
  const title = await pick(creator.page, 0);
  const viewer = await open("viewer.html", "vic", "viewer");
  await viewer.page.getByText(title).first().click();
  const truth = {
    "plugin.preValidate.duration-limit": "succeeded",
    "plugin.preMetadata.scores": "failed",
    "plugin.preMetadata.title-and-description": "succeeded",
    lifecycle: "succeeded",
    status: "succeeded",
  };
  for (const { page, problems } of [creator, viewer]) {
    await page.locator('[data-step="status"][data-state="succeeded"]').waitFor();
    expect(await stepsOn(page)).toMatchObject(truth);
    await expect.poll(() => page.locator('[data-execution="running"]').count()).toBe(0);
    await page.locator(".avatar img").first().waitFor();
    expect(await page.locator("h1").first().textContent()).toBe(title);
    expect(problems).toEqual([]);
  }
  const aws = awsAt(`http://127.0.0.1:${machine.ports.aws}`);
  const { executions = [] } = await aws.sfn.send(
    new ListExecutionsCommand({
      stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:post-processing",
    }),
  );
  const executionArn = executions[0]?.executionArn;
  const ended = await eventually(
    () => aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== "RUNNING",
  );
  expect(JSON.parse(ended.output!)).toMatchObject({ outcome: "finished", title });
}, 90_000);
