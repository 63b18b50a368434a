import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rowPrefix } from "@callboard/functions/deployment";
import { hooks } from "@callboard/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "../../run.ts";
import { keptTerminal } from "../../testing/kept-terminal.ts";
import { newPlugin } from "./new-plugin.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-plugin-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the command in the folder. */
async function create(name: string, hook?: string) {
  const { terminal, printed, warned } = keptTerminal();
  const ended = await newPlugin(terminal, name, hook === undefined ? {} : { hook }, folder);
  return { ended, printed: printed.join("\n"), warned: warned.join("\n") };
}

const text = (file: string) => readFile(join(folder, file), "utf8");

it.each(hooks)("writes a plugin of %s, whole and into its own folder", async (hook) => {
  expect(await create("my-plugin_1", hook)).toMatchObject({ ended: "done", warned: "" });
  expect(await readdir(folder)).toEqual(["my-plugin_1"]);
  expect((await readdir(join(folder, "my-plugin_1"))).sort()).toEqual([
    ".gitignore",
    "README.md",
    "index.mjs",
    "index.test.mjs",
    "package.json",
    "registry-row.json",
    "rule.json",
  ]);
  expect(JSON.parse(await text("my-plugin_1/rule.json"))).toEqual({
    source: ["serverlessVideo.pluginManager"],
    "detail-type": [`${hook}.my-plugin_1`],
  });
  const { pk, sk, plugin } = JSON.parse(await text("my-plugin_1/registry-row.json"));
  expect([pk.S, sk.S]).toEqual([`${rowPrefix.hook}${hook}`, "0100#my-plugin_1"]);
  expect(JSON.parse(plugin.S)).toEqual({ name: "my-plugin_1", required: false, timeoutSeconds: 60 });
  expect(await text("my-plugin_1/index.mjs")).toContain("serverlessVideo.plugin.my-plugin_1");
});

it("is one of preValidate unless told", async () => {
  expect((await create("length")).ended).toBe("done");
  expect(await text("length/rule.json")).toContain("preValidate.length");
});

it.each([
  "",
  ".",
  "..",
  "../up",
  "a/b",
  "a\\b",
  "/etc/plugin",
  "C:plugin",
  "-x",
  "_x",
  "my plugin",
  "a.b",
  "a\nb",
  "${x}",
  "`x`",
  "長さ",
  "é",
  "con",
  "NUL",
  "node_modules",
  "a".repeat(45),
  "a".repeat(100_000),
])("refuses the name %j, and writes nothing", async (name) => {
  const { ended, warned, printed } = await create(name);
  expect(ended).toEqual({ misuse: expect.stringMatching(/^NAME: 1 to 44 letters.{0,300}$/) });
  expect([printed, warned]).toEqual(["", ""]);
  expect(await readdir(folder)).toEqual([]);
});

it.each(["plugins", "ingest", "duration-limit", "Notify"])("leaves %s to Callboard", async (name) => {
  expect((await create(name)).ended).toEqual({ misuse: `NAME: Callboard has a function called ${name}` });
});

it("takes the longest name, and one that is only digits", async () => {
  expect((await create("a".repeat(44))).ended).toBe("done");
  expect((await create("7")).ended).toBe("done");
});

it.each(["all", "prevalidate", "", "preValidate.x"])("refuses the hook %j", async (hook) => {
  expect((await create("length", hook)).ended).toEqual({
    misuse: `--hook: one of preValidate, postValidate, preMetadata, postMetadata: not ${JSON.stringify(hook)}`,
  });
  expect(await readdir(folder)).toEqual([]);
});

it.each<[string, (path: string) => Promise<unknown>]>([
  ["a folder, even an empty one", (path) => mkdir(path)],
  ["a file", (path) => writeFile(path, "mine")],
  ["a link that leads elsewhere", (path) => symlink(join(folder, "elsewhere"), path)],
])("changes nothing where %s of that name is there", async (_, make) => {
  await make(join(folder, "length"));
  expect(await create("length")).toMatchObject({
    ended: "failed",
    warned: "length is there already; nothing was changed",
  });
  expect(await readdir(folder)).toEqual(["length"]);
});

it("says that a folder cannot be written", async () => {
  const { terminal, warned } = keptTerminal();
  expect(await newPlugin(terminal, "length", {}, join(folder, "absent"))).toBe("failed");
  expect(warned).toEqual(["length cannot be written: ENOENT"]);
});

it("shows how it is used when it is called with what it cannot take", async () => {
  const { terminal, warned } = keptTerminal();
  expect(await run(["plugin", "new", "a/b"], terminal)).toBe(2);
  expect(warned.join("\n")).toMatch(/^NAME: .*\nusage: callboard plugin new \[options\] <NAME>/);
});
