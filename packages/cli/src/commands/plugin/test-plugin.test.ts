import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rowPrefix } from "@callboard/functions/deployment";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "../../run.ts";
import { keptTerminal } from "../../testing/kept-terminal.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-try-"));
});
afterEach(() => rm(folder, { recursive: true }));

const row = (plugin: object, sk = "0100#length", pk = `${rowPrefix.hook}preValidate`) =>
  JSON.stringify({ pk: { S: pk }, sk: { S: sk }, plugin: { S: JSON.stringify(plugin) } });
const usual = { name: "length", required: false, timeoutSeconds: 60 };
const rule = { source: ["serverlessVideo.pluginManager"], "detail-type": ["preValidate.length"] };

/** A function that needs nothing installed: it calls EventBridge without an SDK. */
const says = (message: string) => `export async function handler({ detail: { video, taskToken } }) {
  const Detail = JSON.stringify({ TaskToken: taskToken, Message: ${message} });
  const Entries = [{ Source: "serverlessVideo.plugin.length", DetailType: "plugin-complete", Detail }];
  await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSEvents.PutEvents",
      authorization: "AWS4-HMAC-SHA256 Credential=c/20260101/us-east-1/events/aws4_request",
    },
    body: JSON.stringify({ Entries }),
  });
}`;

/** The plugin `length` with these files. */
async function plugin(files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(join(folder, "length"));
  const all = { "registry-row.json": row(usual), "rule.json": JSON.stringify(rule), ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, "length", name), text);
  return join(folder, "length");
}

const test = (...args: readonly string[]) => testWith({}, ...args);

async function testWith(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const { terminal, printed, warned } = keptTerminal({ ...process.env, ...env });
  const code = await run(["plugin", "test", ...args], terminal);
  const here = (lines: readonly string[]) => lines.join("\n").replaceAll(`${folder}/`, "");
  return { code, printed: here(printed).replace(/\d+ ms/g, "0 ms"), warned: here(warned) };
}

it("shows a plugin's answer, and that the life cycle continues", async () => {
  const path = await plugin({ "index.mjs": says("{ valid: video.durationmillis > 10_000 }") });
  expect(await test(path)).toEqual({
    code: 0,
    warned: "",
    printed: [
      "preValidate.length  optional, 60 s",
      "  function    ran 0 ms",
      '  answer      after 0 ms: {"valid":true}: accepted',
      "  life cycle  continues",
      '  passed on   {"valid":true}',
    ].join("\n"),
  });
});

it("accepts the user's own video, and each hook", async () => {
  const path = await plugin({
    "index.mjs": says("{ valid: video.durationmillis > 10_000, reason: 'short\\u001b' }"),
  });
  const video = join(folder, "video.json");
  await writeFile(video, JSON.stringify({ durationmillis: 1000 }));
  const { code, printed } = await test(path, "--hook", "all", "--video", video, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toMatchObject([
    { hook: "preValidate", verdict: "invalid", outcome: { status: "invalid" } },
    { hook: "postValidate", verdict: "invalid" },
    { hook: "preMetadata", verdict: "goes_on" },
    { hook: "postMetadata", verdict: "goes_on" },
  ]);
  expect((await test(path, "--video", video)).printed).toContain("ends, the video is invalid: short\\u001b");
});

it("reads files as editors on Windows write them", async () => {
  const path = await plugin({
    "index.mjs": says("{ valid: video.height === 1 }"),
    "registry-row.json": `\uFEFF${row(usual)}`,
    "rule.json": `\uFEFF${JSON.stringify(rule, null, 2).replaceAll("\n", "\r\n")}`,
  });
  const video = join(folder, "video.json");
  await writeFile(video, '\uFEFF{\r\n"height": 1\r\n}');
  expect(await test(path, "--video", video)).toMatchObject({ code: 0, warned: "" });
});

it("leads no SDK to an account, whatever the environment contains", async () => {
  const away = {
    AWS_PROFILE: "production",
    AWS_SESSION_TOKEN: "t",
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_ENDPOINT_URL: "https://events.example",
    AWS_ENDPOINT_URL_EVENTBRIDGE: "https://events.example",
    AWS_REGION: "eu-west-1",
    MY_TABLE: "mine",
  };
  const names = JSON.stringify(Object.keys(away));
  const told = `Object.fromEntries(${names}.map((name) => [name, process.env[name]]))`;
  const path = await plugin({ "index.mjs": says(told) });
  const { printed } = await testWith(away, path, "--hook", "postMetadata", "--json");
  expect(JSON.parse(printed)[0].handedOn).toEqual({
    AWS_ACCESS_KEY_ID: "callboard",
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    AWS_REGION: "us-east-1",
    MY_TABLE: "mine",
  });
});

it("ends although a function leaves timers behind", async () => {
  const path = await plugin({ "index.mjs": `setInterval(() => {}, 1000);${says("{ valid: true }")}` });
  expect((await test(path)).code).toBe(0);
});

it("accepts the file of a function, for a named hook", async () => {
  const file = join(folder, "length.mjs");
  await writeFile(file, says("'text'"));
  expect(await test(file)).toMatchObject({ code: 2, warned: expect.stringContaining("--hook is needed") });
  expect(await test(file, "--hook", "postMetadata")).toMatchObject({
    code: 0,
    printed: expect.stringContaining("postMetadata.length  required, 60 s"),
  });
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  [
    "throws",
    { "index.mjs": "export const handler = () => { throw new TypeError('no'); };" },
    "failed after 0 ms: TypeError: no",
  ],
  ["has no handler", { "index.mjs": "export const run = 1;" }, "Runtime.HandlerNotFound"],
  ["has a syntax error", { "index.mjs": "export const = 1;" }, "SyntaxError"],
  ["ends its process", { "index.mjs": "export const handler = () => process.exit(3);" }, "exit status 3"],
  [
    "returns its answer and puts no event",
    { "index.mjs": "export const handler = () => ({ valid: true });" },
    "answer      none",
  ],
  [
    "does not match its rule",
    { "index.mjs": says("{ valid: true }"), "rule.json": '{ "detail-type": ["preValidate.size"] }' },
    "was not called: the pattern of its rule does not fit the event",
  ],
  [
    "gives no verdict",
    { "index.mjs": says("{ valid: 'yes' }") },
    "continues without it, since it is optional: The plugin gave no verdict",
  ],
  [
    "has failed and is required",
    {
      "index.mjs": says("{ failed: true, reason: 'no model' }"),
      "registry-row.json": row({ ...usual, required: true }),
    },
    "ends, the video is invalid, since it is required: no model",
  ],
  [
    "sends a message that is too large",
    { "index.mjs": says("'a'.repeat(30_000)") },
    "refused: invalid: the message is over 20 KB",
  ],
])("ends with 1 for a plugin that %s", async (_, files, said) => {
  expect(await test(await plugin(files))).toMatchObject({ code: 1, printed: expect.stringContaining(said) });
});

it("stops a function that does not end", async () => {
  const path = await plugin({ "index.mjs": "export const handler = () => { for (;;); };" });
  expect(await test(path, "--patience", "1")).toMatchObject({
    code: 1,
    printed: expect.stringContaining("Sandbox.Timedout"),
  });
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  ["a row that is not JSON", { "registry-row.json": "{" }, "length: length/registry-row.json: not JSON"],
  ["a row that is a list", { "registry-row.json": "[]" }, "length/registry-row.json: must be an object"],
  [
    "no such hook",
    { "registry-row.json": row(usual, undefined, `${rowPrefix.hook}validate`) },
    `registry-row.json: pk: ${rowPrefix.hook} and a hook`,
  ],
  [
    "a row in plain JSON",
    { "registry-row.json": JSON.stringify({ pk: `${rowPrefix.hook}preValidate` }) },
    'registry-row.json: pk: must be text, as {"S": "…"}',
  ],
  [
    "another name in its key",
    { "registry-row.json": row(usual, "0100#size") },
    "registry-row.json: sk: ends with a name that differs",
  ],
  ["no order", { "registry-row.json": row(usual, "1#length") }, "registry-row.json: sk: four digits"],
  [
    "no time",
    { "registry-row.json": row({ ...usual, timeoutSeconds: "60" }) },
    "plugin.timeoutSeconds: whole seconds from 2",
  ],
  [
    "a time of a second",
    { "registry-row.json": row({ ...usual, timeoutSeconds: 1 }) },
    "plugin.timeoutSeconds: whole seconds from 2",
  ],
  [
    "a heartbeat of a second",
    { "registry-row.json": row({ ...usual, heartbeatSeconds: 1 }) },
    "plugin.heartbeatSeconds",
  ],
  [
    "required as text",
    { "registry-row.json": row({ ...usual, required: "no" }) },
    "plugin.required: true or false",
  ],
  ["an invalid pattern", { "rule.json": '{"source":"x"}' }, "length/rule.json: "],
])("names the file and the field of a plugin with %s", async (_, files, said) => {
  const { code, warned } = await test(await plugin({ "index.mjs": says("1"), ...files }));
  expect([code, warned]).toEqual([1, expect.stringContaining(said)]);
});

it("names what is missing", async () => {
  expect(await test(join(folder, "absent"))).toMatchObject({
    code: 1,
    warned: "absent: there is no such folder or file",
  });
  expect((await test(folder)).warned).toContain("not a plugin: ");
  expect((await test(await plugin({}))).warned).toContain("length: has no function: index.mjs");
  await writeFile(join(folder, "video.json"), "[]");
  expect((await test(folder, "--video", join(folder, "video.json"))).warned).toContain(
    "--video: video.json is not an object",
  );
  await writeFile(join(folder, "video.json"), '{"id":"my talk"}');
  expect((await test(join(folder, "length"), "--video", join(folder, "video.json"))).warned).toBe(
    "--video: video.json: id: 1 to 194 letters, digits or . _ @ : | + = - /",
  );
  await writeFile(join(folder, "notes.txt"), "");
  expect((await test(join(folder, "notes.txt"))).warned).toContain("not a function");
});

it.each([
  [["--hook", "validate"], "--hook: one of preValidate, postValidate, preMetadata, postMetadata, all"],
  [["--patience", "0"], "--patience: whole seconds from 1 to 900"],
  [["--patience", "1e9"], "--patience: whole seconds from 1 to 900"],
])("shows its usage when it is called with %j", async (args, said) => {
  const { code, warned } = await test(".", ...args);
  expect([code, warned]).toEqual([2, expect.stringContaining(said)]);
});
