import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { rowPrefix } from "@callboard/functions/deployment";
import { hooks } from "@callboard/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../run.ts";
import { keptTerminal } from "../../testing/kept-terminal.ts";
import { newPlugin } from "./new-plugin.ts";

const nodeModules = fileURLToPath(new URL("../../../../../node_modules/.cache", import.meta.url));

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

it.each(hooks)("writes a complete plugin of %s into its own folder", async (hook) => {
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

/** Runs Node in a folder, and returns its output. */
async function node(cwd: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([readAll(child.stdout), readAll(child.stderr), ended]);
  expect([code, err]).toEqual([0, ""]);
  return out;
}

describe("in TypeScript", () => {
  /** Below the compiler and the SDK that `npm install` would bring. */
  let cache: string;
  beforeEach(async () => {
    await mkdir(nodeModules, { recursive: true });
    cache = await mkdtemp(join(nodeModules, "typed-plugin-"));
  });
  afterEach(() => rm(cache, { recursive: true }));

  it.each(["preValidate", "postMetadata"])(
    "a plugin of %s compiles to the function that is tested and tried",
    async (hook) => {
      const { terminal, printed, warned } = keptTerminal();
      expect(await newPlugin(terminal, "typed", { hook, typescript: true }, cache)).toBe("done");
      const plugin = join(cache, "typed");
      expect((await readdir(plugin)).filter((file) => /^index|^tsconfig/.test(file)).sort()).toEqual([
        "index.mts",
        "index.test.mts",
        "tsconfig.json",
      ]);
      expect(await run(["plugin", "test", plugin], terminal)).toBe(1);
      expect(warned.at(-1)).toMatch(/typed: has no function: index\.mjs.* compile TypeScript to it first/);

      const { scripts } = JSON.parse(await readFile(join(plugin, "package.json"), "utf8"));
      expect(scripts).toEqual({ build: "tsc", test: "tsc && node --test" });
      await node(plugin, join(nodeModules, "../typescript/bin/tsc"));
      expect(await node(plugin, "--test", "--test-reporter", "tap")).toMatch(/# pass 2\n# fail 0/);
      expect(await run(["plugin", "test", plugin], terminal)).toBe(0);
      expect(printed.at(-1)).toMatch(/answer +after \d+ ms: .*: accepted\n +life cycle +continues/);
      const readme = await readFile(join(plugin, "README.md"), "utf8");
      expect(readme).toContain("npm run build -- --watch");
    },
  );
});

it("is one of preValidate by default", async () => {
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

it.each(["plugins", "ingest", "duration-limit", "Notify"])(
  "refuses %s, a name of Callboard's own",
  async (name) => {
    expect((await create(name)).ended).toEqual({
      misuse: `NAME: Callboard already has a function with the name ${name}`,
    });
  },
);

it("accepts the longest name, and one that is only digits", async () => {
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
])("changes nothing if %s of that name exists", async (_, make) => {
  await make(join(folder, "length"));
  expect(await create("length")).toMatchObject({
    ended: "failed",
    warned: "length exists already; nothing was changed",
  });
  expect(await readdir(folder)).toEqual(["length"]);
});

it("says that a folder cannot be written", async () => {
  const { terminal, warned } = keptTerminal();
  expect(await newPlugin(terminal, "length", {}, join(folder, "absent"))).toBe("failed");
  expect(warned).toEqual(["length cannot be written: ENOENT"]);
});

it("shows its usage when it is called with invalid arguments", async () => {
  const { terminal, warned } = keptTerminal();
  expect(await run(["plugin", "new", "a/b"], terminal)).toBe(2);
  expect(warned.join("\n")).toMatch(/^NAME: .*\nusage: callboard plugin new \[options\] <NAME>/);
});
