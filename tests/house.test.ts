import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { idleExceptions, violationsOf } from "./house.ts";
import type { SourceFile } from "./house-files.ts";
import type { Manifest } from "./house-imports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = readdirSync(join(root, "packages"));

it("keeps the rules of the house in every source file", () => {
  const files = allSources();
  expect(files.length).toBeGreaterThan(800);
  expect(violationsOf(files, packages.map(manifestOf))).toEqual([]);
});

it("needs every exception to its rules", () => {
  expect(idleExceptions(allSources())).toEqual([]);
});

it("has no names of Node, AWS or the browser in the domain", () => {
  const core = readJson("packages/core/package.json");
  expect(Object.keys(core.dependencies ?? {})).toEqual(["@callboard/protocol", "zod"]);
  const { compilerOptions } = readJson("packages/core/tsconfig.json");
  expect(compilerOptions).toMatchObject({ lib: ["ES2023"], types: [] });
});

it.each([
  ["const now = Date.now();", "reads Date.now"],
  ["const at = new Date();", "reads new Date()"],
  ["const id = crypto.randomUUID();", "reads randomUUID"],
  ["const wait = 100 * Math.random();", "reads Math.random"],
  ["const bus = process.env.BUS;", "reads process.env"],
])("finds code outside a composition root with %s", (text, violation) => {
  const path = "packages/functions/src/handlers/a.ts";
  expect(violationsIn(path, text)).toEqual([`${path}: ${violation}`]);
  expect(violationsIn("packages/functions/src/lambda/a.ts", text)).toEqual([]);
  expect(violationsIn("packages/functions/src/handlers/a.test.ts", text)).toEqual([]);
});

it("finds a number whose name is not in capitals", () => {
  const path = "packages/core/src/a.ts";
  const named = (code: string) => violationsIn(path, `${code}\n`);
  expect(named("export const mostTries = 3;")).toEqual([
    `${path}: the constant mostTries is not in capitals`,
  ]);
  expect(named("const pauseMs = 2 * (60_000 - 1);")).toEqual([
    `${path}: the constant pauseMs is not in capitals`,
  ]);
  expect(named("export const MAX_TRIES = 3;")).toEqual([]);
  expect(named("const tries = 3 * count;")).toEqual([]);
});

it("finds a file that is too long", () => {
  const lines = (count: number) => [{ path: "packages/core/src/a.ts", text: "//\n".repeat(count) }];
  expect(violationsOf(lines(400), [])).toEqual([]);
  expect(violationsOf(lines(401), [])).toEqual(["packages/core/src/a.ts: 401 lines"]);
});

it("finds a file that is too short, unless its kind may be short", () => {
  const short = (path: string) => violationsOf([{ path, text: "//\n".repeat(19) }], []);
  expect(short("packages/core/src/a.ts")).toEqual(["packages/core/src/a.ts: 19 lines"]);
  const natural = ["index.ts", "lambda/relay.ts", "a.test.ts", "testing/a.ts", "a.d.ts"];
  for (const name of [...natural, "badge.tsx", "use-now.ts"])
    expect(short(`packages/web/src/${name}`)).toEqual([]);
  expect(short("stacks/web.ts")).toEqual([]);
});

it("finds an exception that nothing needs", () => {
  const clock = "packages/aws-local/src/clock/clock.ts";
  expect(idleExceptions([{ path: clock, text: "export const now = () => 0;" }])).toContain(clock);
  expect(idleExceptions([{ path: clock, text: "export const now = Date.now;" }])).not.toContain(clock);
});

it.each([
  "console.log(taskToken)",
  'log.warn(\n  "lost",\n  { at: now(), token: { TaskToken } },\n)',
  "ports.log.info(reply.comment)",
])("finds a secret or a person's words in %s", (call) => {
  const path = "packages/core/src/a.ts";
  expect(violationsIn(path, `${call};\nsend(taskToken);`)).toHaveLength(1);
  expect(violationsIn(path, 'log.warn("lost", { id });\nsend(taskToken);')).toEqual([]);
});

it("finds a name without meaning, and one that is not in kebab-case", () => {
  const named = (name: string) => violationsIn(`packages/core/src/${name}`, "");
  for (const name of ["reply-utils.ts", "manager.ts", "channelMap.ts", "Reply.tsx"])
    expect(named(name)).toHaveLength(1);
  for (const name of ["decide-reply.ts", "a.contract.ts", "env.d.ts"]) expect(named(name)).toEqual([]);
});

it("finds tests that are skipped or patch a module", () => {
  for (const text of ['vi.mock("./a.ts");', 'it.skip("x", f);', 'describe.only("x", f);'])
    expect(violationsIn("packages/core/src/a.test.ts", text)).toHaveLength(1);
});

/** The violations of one file that is long enough to be one. */
const violationsIn = (path: string, text: string) =>
  violationsOf([{ path, text: `${text}\n${"//\n".repeat(20)}` }], []);

function allSources(): SourceFile[] {
  const folders = [...packages.map((name) => `packages/${name}/src`), "stacks", "tests", "bench", "scripts"];
  // The rules' own tests contain code that breaks them.
  return folders.flatMap(sourcesUnder).filter(({ path }) => !/^tests\/house[\w-]*\.test\.ts$/.test(path));
}

function sourcesUnder(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)node_modules\//.test(path))
    .map((path) => `${folder}/${path}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function manifestOf(folder: string): Manifest {
  const { name, exports = {}, dependencies = {} } = readJson(`packages/${folder}/package.json`);
  return { folder, name: name!, exports: Object.keys(exports), dependencies: Object.keys(dependencies) };
}

function readJson(path: string): {
  name?: string;
  exports?: object;
  dependencies?: Record<string, string>;
  compilerOptions?: object;
} {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
