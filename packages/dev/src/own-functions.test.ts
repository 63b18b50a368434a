import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLambda, memoryStore, systemClock } from "@callboard/aws-local";
import { askedPattern } from "@callboard/protocol";
import { expect, it, onTestFinished } from "vitest";
import { openClosers } from "./closers.ts";
import { remedyFor } from "./integrations.ts";
import { openOwnFunctions } from "./own-functions.ts";
import { rowItem } from "./plugins/plugin-folder.ts";
import { openOwnPlugins } from "./plugins/register.ts";
import { readSettings } from "./settings.ts";

/** Opens a folder with these files as a start with that setting would. */
async function open(files: Record<string, string>, env: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "own-functions-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const closers = openClosers();
  onTestFinished(async () => {
    await closers.close();
    await rm(folder, { recursive: true });
  });
  const settings = readSettings({ ...env, CALLBOARD_FUNCTIONS: folder });
  const functions = await openOwnFunctions(settings, systemClock, () => "http://127.0.0.1:3002", closers);
  const lambda = createLambda({ clock: systemClock, store: memoryStore(), functions: functions! });
  closers.add(() => lambda.close());
  return lambda;
}

const shows = "export const handler = async () => process.env;";

it("gives functions the environment of the start, without variables that lead to an AWS account", async () => {
  const lambda = await open(
    { "shows.mjs": shows },
    {
      SLACK_WEBHOOK_URL: "https://example.com",
      AWS_PROFILE: "work",
      AWS_SESSION_TOKEN: "t",
      AWS_ENDPOINT_URL_S3: "https://s3.example",
      AWS_ACCESS_KEY_ID: "AKIA",
      AWS_MAX_ATTEMPTS: "5",
      DYNAMODB_ENDPOINT: "http://127.0.0.1:8000",
    },
  );
  const { payload } = (await lambda.invoke("shows", {})) as { payload: Record<string, string> };
  expect(payload).toMatchObject({
    SLACK_WEBHOOK_URL: "https://example.com",
    AWS_ENDPOINT_URL: "http://127.0.0.1:3002",
    AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "callboard",
    AWS_MAX_ATTEMPTS: "5",
    AWS_LAMBDA_FUNCTION_NAME: "shows",
  });
  expect(Object.keys(payload).filter((name) => /PROFILE|SESSION|URL_S3/.test(name))).toEqual([]);
});

it("names a missing folder, and files that would replace Callboard's functions", async () => {
  const settings = readSettings({ CALLBOARD_FUNCTIONS: "not-there" });
  await expect(openOwnFunctions(settings, systemClock, () => "", openClosers())).rejects.toThrow(
    /^CALLBOARD_FUNCTIONS: there is no folder .*not-there$/,
  );
  await expect(open({ "ingest.js": shows, "relay.mjs": shows, "orders.mjs": shows })).rejects.toThrow(
    "CALLBOARD_FUNCTIONS: ingest, relay: Callboard has a function with this name; rename the file",
  );
});

it("names a plugin whose function is missing, or not compiled yet", async () => {
  const folder = await mkdtemp(join(tmpdir(), "own-functions-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "length"));
  const plugin = {
    hook: "preValidate",
    name: "length",
    order: 10,
    required: false,
    timeoutSeconds: 60,
  } as const;
  const files = {
    "registry-row.json": JSON.stringify(rowItem(plugin)),
    "rule.json": JSON.stringify(askedPattern(plugin)),
    "index.mts": shows,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, "length", name), text);
  const settings = readSettings({ CALLBOARD_FUNCTIONS: folder });
  const closers = openClosers();
  onTestFinished(() => closers.close());
  const functions = await openOwnFunctions(settings, systemClock, () => "", closers);
  await expect(openOwnPlugins(settings, functions)).rejects.toThrow(
    /^CALLBOARD_FUNCTIONS: length: has no function: index\.mjs/,
  );
  await writeFile(join(folder, "length", "index.mjs"), shows);
  expect(await openOwnPlugins(settings, functions)).toMatchObject([{ functionName: "length" }]);
});

it("has none without a configured folder", async () => {
  expect(await openOwnFunctions(readSettings({}), systemClock, () => "", openClosers())).toBeUndefined();
});

it("names the file that would serve a missing service", () => {
  expect(remedyFor("arn:aws:states:::aws-sdk:ivs:createChannel")).toBe(
    "Put ivs-createChannel.mjs, which exports a handler, into the CALLBOARD_FUNCTIONS folder.",
  );
});
