import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { npmProgram } from "../../scripts/ready.js";
import { type Aws, awsAt } from "./aws.ts";
import { openBrowser, openPage } from "./browser.ts";
import { type CaughtEvent, catchEvents } from "./default-bus.ts";
import { openLook } from "./look-at.ts";
import { type Machine, openMachine } from "./machine.ts";
import { eventually } from "./people.ts";

const callboard = fileURLToPath(new URL("../../packages/cli/bin/callboard.js", import.meta.url));
const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));

/** The folder for plugins, below the SDK that `npm install` would install. */
let folder: string;
let machine: Machine;
let running: Awaited<ReturnType<typeof start>>;
let browser: Browser;
let aws: Aws;
let told: () => Promise<CaughtEvent[]>;
beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "plugins-"));
  const [make] = await guide();
  expect(make!.startsWith("npx callboard plugin new length ")).toBe(true);
  expect(await run(folder, [callboard, ...make!.split(" ").slice(2)])).toMatchObject({ code: 0, err: "" });
  expect(await run(folder, [callboard, "plugin", "new", "tags", "--hook", "postMetadata"])).toMatchObject({
    code: 0,
  });
  machine = await openMachine(join(folder, "length"));
  running = await start();
  aws = awsAt(`http://127.0.0.1:${machine.ports.aws}`);
  told = await catchEvents(aws, "told", { "detail-type": ["VideoStatusUpdated"] });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await machine?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A command as in the plugin's README. */
async function start() {
  const [, functions] = (await commandsOf("length"))
    .join("\n")
    .match(/^CALLBOARD_FUNCTIONS=(\S+) npx callboard start$/m)!;
  const started = machine.start({ CALLBOARD_FUNCTIONS: functions! }, [callboard, "start"]);
  await started.up;
  return {
    async stop() {
      started.signal("SIGTERM");
      await started.ended;
    },
  };
}

/** The commands of a plugin's README, in their order. */
async function commandsOf(plugin: string): Promise<string[]> {
  const readme = await readFile(join(folder, plugin, "README.md"), "utf8");
  return [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split("\n"));
}

/** The commands of docs/plugins.md on writing a plugin. */
async function guide(): Promise<string[]> {
  const page = await readFile(new URL("../../docs/plugins.md", import.meta.url), "utf8");
  const [, section] = /\n## Write one\n(.*?)\n## /s.exec(page)!;
  return [...section!.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.trim().split("\n"));
}

/** Runs Node, or npm, in a folder. */
async function run(cwd: string, args: readonly string[], program = process.execPath) {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

it.each([
  ["length", { verdict: "goes_on", handedOn: { valid: true } }],
  ["tags", { verdict: "goes_on", handedOn: { tags: ["short"] } }],
])("writes the plugin %s, and runs the commands of its README unchanged", async (plugin, trial) => {
  const [install, test, attempt] = await commandsOf(plugin);
  expect([install, test, attempt]).toEqual(["npm install", "npm test", "npx callboard plugin test ."]);
  expect((await guide()).slice(1)).toEqual(["cd length", install, test, attempt]);
  const { command, args } = npmProgram(process.env, process);
  expect(await run(join(folder, plugin), [...args, "test"], command)).toMatchObject({
    code: 0,
    out: expect.stringContaining("# fail 0"),
  });
  const tried = await run(join(folder, plugin), [callboard, ...attempt!.split(" ").slice(2), "--json"]);
  expect(tried.code).toBe(0);
  expect(JSON.parse(tried.out)).toMatchObject([{ ...trial, isRight: true }]);
});

it("separates a function's output from the trials as JSON", async () => {
  const file = join(folder, "tags", "index.mjs");
  const before = await readFile(file, "utf8");
  await writeFile(file, `console.log("{ logged }");process.stdout.write("written");${before}`);
  const tried = await run(folder, [callboard, "plugin", "test", "tags", "--json"]);
  await writeFile(file, before);
  expect(JSON.parse(tried.out)).toMatchObject([{ name: "tags", isRight: true }]);
  expect(tried.err).toContain("{ logged }");
  expect(tried.err).toContain("written");
});

/** How the life cycle of a recording ends. */
async function statusOf(id: string, durationmillis: number) {
  await aws.put("recording-ready", [{ id, durationmillis }], {
    bus: "default",
    source: "serverlessVideo.videoManager",
  });
  await eventually(async () => (await told()).some(({ detail }) => detail.id === id));
  const { plugins, status } = (await told()).find(({ detail }) => detail.id === id)!.detail;
  return { plugins, status };
}

it("includes them in the life of a video on one machine", async () => {
  expect(await statusOf("long", 60_000)).toMatchObject({
    status: "valid",
    plugins: {
      preValidate: [
        { OutputKey: "plugin-duration-limit" },
        { OutputKey: "plugin-length", OutputValue: { valid: true } },
      ],
      postMetadata: [{ OutputKey: "plugin-tags", OutputValue: { tags: ["short"] } }],
    },
  });
  expect(await statusOf("brief", 5000)).toMatchObject({
    status: "invalid",
    plugins: { cause: "plugin-length", reason: "The video is shorter than ten seconds" },
  });
});

const pageOf = () => `http://127.0.0.1:${machine.ports.pages}/plugins.html`;

it("tries a plugin on its page, with the user's video and the current file", async () => {
  const { page, context, problems } = await openPage(browser, pageOf());
  await page.getByLabel("Plugin").selectOption("preValidate.length");
  await page.getByRole("button", { name: "Try it" }).click();
  const result = page.getByRole("article");
  await result.getByText("Continues", { exact: true }).waitFor();
  await page.getByLabel("Video").fill("{");
  await page.getByText("This is not a JSON object.").waitFor();
  await page.getByLabel("Video").fill('{"durationmillis": 5000}');
  await page.getByRole("button", { name: "Try it" }).click();
  await result.getByText("Ends: the video is not valid").waitFor();
  await result.getByText("The video is shorter than ten seconds", { exact: true }).waitFor();
  const file = join(folder, "length", "index.mjs");
  const before = await readFile(file, "utf8");
  await writeFile(file, before.replace("Message: messageOn(video)", "Message: 'a'.repeat(30_000)"));
  await page.getByRole("button", { name: "Try it" }).click();
  await result.getByText("refused: the message is over 20 KB").waitFor();
  await result.getByText("Continues without it, since it is optional").waitFor();
  await writeFile(file, before);
  await page.getByLabel("Hook").selectOption("all");
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByRole("heading", { name: "postMetadata.length" }).waitFor();
  expect(await result.count()).toBe(4);
  expect(problems).toEqual([]);
  await context.close();
});

it.each(["en", "ja"])("has an accessible page of plugins in %s", async (lang) => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  const locale = lang === "ja" ? "ja-JP" : "en-GB";
  const { page, context } = await openPage(browser, pageOf(), { locale });
  await page.locator("#plugin option").first().waitFor({ state: "attached" });
  await look(`plugins-${lang}`, page);
  await page.locator("#hook").selectOption("all");
  await page.locator("button[type=submit]").click();
  await page.getByRole("heading", { name: "postMetadata.length" }).waitFor();
  await look(`plugins-tried-${lang}`, page);
  await context.close();
  expect(look.findings).toEqual([]);
});

it.each<[string, number, object | string, Record<string, string>]>([
  [
    "another site's page",
    403,
    { plugin: "preValidate.length" },
    { origin: "https://evil.example", "x-callboard-theatre": "1" },
  ],
  ["a form, which sends no header", 403, { plugin: "preValidate.length" }, { "x-callboard-theatre": "" }],
  ["no such plugin", 404, { plugin: "../length" }, {}],
  ["no such hook", 400, { plugin: "preValidate.length", hook: "all" }, {}],
  ["a list as a recording", 400, { plugin: "preValidate.length", recording: [] }, {}],
  ["no JSON", 400, "{", {}],
  ["too much", 413, { plugin: "preValidate.length", recording: { id: "a".repeat(70_000) } }, {}],
])("refuses %s", async (_, status, body, headers) => {
  const { "x-callboard-theatre": own = "1", ...more } = headers;
  const response = await fetch(`http://127.0.0.1:${machine.ports.pages}/dev/plugins`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { ...more, ...(own === "" ? {} : { "x-callboard-theatre": own }) },
  });
  expect(response.status).toBe(status);
});

it("stops asking a plugin whose folder is gone, and names an incomplete one at the start", async () => {
  await rm(join(folder, "tags"), { recursive: true });
  await running.stop();
  running = await start();
  const { plugins, status } = await statusOf("fewer", 60_000);
  expect([status, Object.keys(plugins)]).toEqual(["valid", ["preValidate"]]);
  await running.stop();
  const row = await readFile(join(folder, "length", "registry-row.json"), "utf8");
  const rule = await readFile(join(folder, "length", "rule.json"), "utf8");
  await mkdir(join(folder, "twin"));
  await writeFile(join(folder, "twin", "registry-row.json"), row);
  await writeFile(join(folder, "twin", "rule.json"), rule);
  await expect(start()).rejects.toThrow("twin: preValidate.length is already the plugin in length");
  await writeFile(join(folder, "length", "rule.json"), "{}[");
  await expect(start()).rejects.toThrow(/CALLBOARD_FUNCTIONS: length\/rule\.json: not JSON/);
});
