import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { importsOf, type SourceFile, violationsOf } from "./house.ts";

const root = new URL("..", import.meta.url).pathname;
const packages = readdirSync(join(root, "packages"));

it("keeps the rules of the house in every source file", () => {
  const files = [...packages.map((name) => `packages/${name}/src`), "stacks"].flatMap(sourcesUnder);
  expect(files.length).toBeGreaterThan(300);
  expect(violationsOf(files)).toEqual([]);
});

it("gives the domain no names of Node, of AWS or of the browser", () => {
  const core = readJson("packages/core/package.json");
  expect(Object.keys(core.dependencies ?? {})).toEqual(["@callboard/protocol", "zod"]);
  const { compilerOptions } = readJson("packages/core/tsconfig.json");
  expect(compilerOptions).toMatchObject({ lib: ["ES2023"], types: [] });
});

it.each([
  ["packages/core/src/a.ts", 'import { readFile } from "node:fs/promises";', "core imports node:fs/promises"],
  [
    "packages/core/src/a.ts",
    'import { SFNClient } from "@aws-sdk/client-sfn";',
    "core imports @aws-sdk/client-sfn",
  ],
  ["packages/core/src/a.ts", 'import { expect } from "vitest";', "core imports vitest"],
  ["packages/core/src/a.ts", 'export * from "@callboard/client";', "core imports @callboard/client"],
  [
    "packages/client/src/a.ts",
    'const { x } = await import("@callboard/functions");',
    "client imports @callboard/functions",
  ],
  ["packages/client/src/a.ts", 'import "../../web/src/a.ts";', "client imports ../../web/src/a.ts"],
  [
    "packages/functions/src/a.ts",
    'import {\n  a,\n  b,\n} from "@callboard/dev";',
    "functions imports @callboard/dev",
  ],
  [
    "packages/video/src/a.ts",
    'import { limits } from "@callboard/protocol";',
    "video imports @callboard/protocol",
  ],
  [
    "packages/aws-local/src/bus/a.ts",
    'import type { App } from "@callboard/core";',
    "aws-local imports @callboard/core",
  ],
  ["packages/web/src/a.tsx", 'import a from "../../../tests/a.ts";', "web imports ../../../tests/a.ts"],
  [
    "stacks/a.ts",
    'import { b } from "../packages/aws-local/src/b.ts";',
    "stacks imports ../packages/aws-local/src/b.ts",
  ],
])("sees that %s breaks the one way of imports with %s", (path, text, violation) => {
  expect(violationsOf([{ path, text }])).toEqual([`${path}: ${violation}`]);
});

it.each([
  ["packages/core/src/a.ts", 'import * as z from "zod/mini";\nimport { b } from "./b.ts";'],
  ["packages/core/src/a.test.ts", 'import { expect } from "vitest";'],
  [
    "packages/web/src/a.ts",
    'import { c } from "@callboard/client/react";\nimport { d } from "@callboard/protocol";',
  ],
  ["packages/video/src/a.ts", 'import type { Verb } from "@callboard/protocol";'],
  ["packages/dev/src/main.ts", 'import { compose } from "@callboard/functions";'],
  ["packages/dev/src/a.ts", 'import { definition } from "@callboard/video";'],
  ["stacks/a.ts", 'import { busRules } from "@callboard/functions/deployment";'],
  ["stacks/a.ts", 'const handler = "packages/functions/src/lambda/relay.handler";'],
])("lets %s import what its room may", (path, text) => {
  expect(violationsOf([{ path, text }])).toEqual([]);
});

it.each([
  ["const now = Date.now();", "reads Date.now"],
  ["const at = new Date();", "reads new Date()"],
  ["const id = crypto.randomUUID();", "reads randomUUID"],
  ["const wait = 100 * Math.random();", "reads Math.random"],
  ["const bus = process.env.BUS;", "reads process.env"],
])("sees that code away from a composition root says %s", (text, violation) => {
  const path = "packages/functions/src/handlers/a.ts";
  expect(violationsOf([{ path, text }])).toEqual([`${path}: ${violation}`]);
  expect(violationsOf([{ path: "packages/functions/src/lambda/a.ts", text }])).toEqual([]);
  expect(violationsOf([{ path: "packages/functions/src/handlers/a.test.ts", text }])).toEqual([]);
});

it("sees a file that is too long to answer one question", () => {
  const lines = (count: number): SourceFile => ({
    path: "packages/core/src/a.ts",
    text: "//\n".repeat(count),
  });
  expect(violationsOf([lines(300)])).toEqual([]);
  expect(violationsOf([lines(301)])).toEqual(["packages/core/src/a.ts: 301 lines"]);
});

it.each([
  "console.log(taskToken)",
  'log.warn(\n  "lost",\n  { at: now(), token: { TaskToken } },\n)',
  "ports.log.info(reply.comment)",
])("sees a secret or a person's words in %s", (call) => {
  const file = { path: "packages/core/src/a.ts", text: `${call};\nsend(taskToken);` };
  expect(violationsOf([file])).toHaveLength(1);
  expect(violationsOf([{ ...file, text: 'log.warn("lost", { id });\nsend(taskToken);' }])).toEqual([]);
});

it("sees a name that says nothing, and one in another case", () => {
  const named = (name: string) => violationsOf([{ path: `packages/core/src/${name}`, text: "" }]);
  for (const name of ["reply-utils.ts", "manager.ts", "channelMap.ts", "Reply.tsx"])
    expect(named(name)).toHaveLength(1);
  for (const name of ["decide-reply.ts", "a.contract.ts", "env.d.ts"]) expect(named(name)).toEqual([]);
});

it("sees tests that are skipped or patch a module", () => {
  for (const text of ['vi.mock("./a.ts");', 'it.skip("x", f);', 'describe.only("x", f);'])
    expect(violationsOf([{ path: "packages/core/src/a.test.ts", text }])).toHaveLength(1);
});

it("reads every form of import", () => {
  const text = `import a from "a";\nimport type { B } from 'b';\nimport {\n  c,\n} from "c";\nimport "d";\nexport * from "e";\nconst f = () => import("f");\n`;
  expect(importsOf(text).map(({ specifier }) => specifier)).toEqual(["a", "b", "c", "d", "e", "f"]);
  expect(importsOf(text).filter(({ typeOnly }) => typeOnly)).toEqual([{ specifier: "b", typeOnly: true }]);
});

function sourcesUnder(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `${folder}/${path}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function readJson(path: string): { dependencies?: Record<string, string>; compilerOptions?: object } {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
