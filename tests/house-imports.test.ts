import { expect, it } from "vitest";
import type { SourceFile } from "./house-files.ts";
import { importsOf, importViolations, type Manifest } from "./house-imports.ts";

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
    'import { composeRequests } from "@callboard/functions";',
    "video imports @callboard/functions",
  ],
  [
    "packages/aws-local/src/bus/a.ts",
    'import type { App } from "@callboard/core";',
    "aws-local imports @callboard/core",
  ],
  ["packages/web/src/a.tsx", 'import a from "../../../tests/a.ts";', "web imports ../../../tests/a.ts"],
  ["packages/web/src/a.ts", 'import { start } from "@callboard/video";', "web imports @callboard/video"],
  [
    "stacks/a.ts",
    'import { b } from "../packages/aws-local/src/b.ts";',
    "stacks imports ../packages/aws-local/src/b.ts",
  ],
])("finds that %s breaks the direction of imports with %s", (path, text, violation) => {
  expect(importViolations([{ path, text }], manifests)).toEqual([`${path}: ${violation}`]);
});

it.each([
  ["packages/core/src/a.ts", 'import * as z from "zod/mini";\nimport { b } from "./b.ts";'],
  ["packages/core/src/a.test.ts", 'import { expect } from "vitest";'],
  [
    "packages/web/src/a.ts",
    'import { c } from "@callboard/client/react";\nimport { d } from "@callboard/protocol";',
  ],
  ["packages/web/src/a.ts", 'import { readCaptions } from "@callboard/video/captions";'],
  ["packages/client/src/a.test.ts", 'import { memoryStage } from "@callboard/core/testing/memory-stage.ts";'],
  ["packages/video/src/a.ts", 'import { limits } from "@callboard/protocol";'],
  ["packages/video/src/a.ts", 'import { httpHandler } from "@callboard/functions/http";'],
  ["packages/dev/src/a.ts", 'import { pagePolicy } from "@callboard/web/policy";'],
  ["packages/dev/src/main.ts", 'import { compose } from "@callboard/functions";'],
  ["packages/dev/src/a.ts", 'import { definition } from "@callboard/video";'],
  ["stacks/a.ts", 'import { busRules } from "@callboard/functions/deployment";'],
  ["stacks/a.ts", 'const handler = "packages/functions/src/lambda/relay.handler";'],
  ["tests/e2e/a.test.ts", 'import { a } from "../../bench/a.ts";\nimport { c } from "@callboard/client";'],
])("allows %s to import what its package may: %s", (path, text) => {
  expect(importViolations([{ path, text }], manifests)).toEqual([]);
});

it.each([
  ["tests/a.ts", "../packages/core/src/request/ask.ts", "core"],
  ["stacks/a.ts", "../packages/functions/src/deployment/index.ts", "functions"],
  ["packages/functions/src/a.ts", "../../core/src/index.ts", "core"],
  ["packages/functions/src/a.ts", "@callboard/core/src/request/ask.ts", "core"],
  ["bench/a.ts", "@callboard/core/request", "core"],
  ["packages/web/src/a.ts", "@callboard/client/index.ts", "client"],
])("finds that %s imports more than a package's entries with %s", (path, specifier, folder) => {
  const text = `import { a } from "${specifier}";`;
  expect(importViolations([{ path, text }], manifests)).toEqual([
    `${path}: reaches into ${folder} by ${specifier}`,
  ]);
});

it("finds an unknown package", () => {
  expect(violationOf("tests/a.ts", "@callboard/sore")).toBe(
    "tests/a.ts: reaches into sore by @callboard/sore",
  );
});

it.each([
  ["access/a.ts", "../channel/b.ts", "access imports channel (../channel/b.ts)"],
  ["channel/a.ts", "../request/b.ts", "channel imports request (../request/b.ts)"],
  ["request/a.ts", "../progress/b.ts", "request imports progress (../progress/b.ts)"],
  ["ports/a.ts", "../request/request.ts", "ports imports request (../request/request.ts)"],
  ["progress/a.ts", "../app.ts", "imports ../app.ts"],
])(
  "finds that the domain's %s imports against the direction of its folders with %s",
  (name, specifier, violation) => {
    expect(violationOf(`packages/core/src/${name}`, specifier)).toBe(
      `packages/core/src/${name}: ${violation}`,
    );
  },
);

it.each([
  ["progress/a.ts", "../request/b.ts"],
  ["request/a.ts", "../channel/b.ts"],
  ["access/a.ts", "../ports/b.ts"],
  ["request/a.test.ts", "../progress/b.ts"],
  ["app.ts", "./progress/b.ts"],
])("allows the domain's %s to import %s", (name, specifier) => {
  expect(violationOf(`packages/core/src/${name}`, specifier)).toBeUndefined();
});

it("allows the ports to import the types of a request, and of nothing else above them", () => {
  const named = (specifier: string) =>
    importViolations(
      [{ path: "packages/core/src/ports/a.ts", text: `import type { A } from "${specifier}";` }],
      manifests,
    );
  expect(named("../request/request.ts")).toEqual([]);
  expect(named("../channel/channel.ts")).toHaveLength(1);
});

it.each([
  ["packages/client/src/a.ts", "node:crypto"],
  ["packages/web/src/a.tsx", "@aws-sdk/client-s3"],
  ["packages/video/src/captions/captions.ts", "node:buffer"],
])("finds that %s, which browsers load, needs %s", (path, specifier) => {
  expect(violationOf(path, specifier)).toBe(`${path}: is for browsers and imports ${specifier}`);
  expect(violationOf("packages/client/src/a.test.ts", specifier)).toBeUndefined();
});

it("finds files that import each other, at any distance, types and tests included", () => {
  const circle = [
    importer("packages/web/src/a.ts", "./model/b.ts"),
    importer("packages/web/src/model/b.ts", "./testing/c.ts"),
    { path: "packages/web/src/model/testing/c.ts", text: 'import type { A } from "../../a.ts";' },
  ];
  expect(importViolations(circle, manifests)).toEqual([
    "packages/web/src/a.ts: imports itself by way of model/b.ts, model/testing/c.ts, a.ts",
  ]);
  expect(importViolations(circle.slice(0, 2), manifests)).toEqual([]);
});

it("does not take two paths to one file for a circle", () => {
  const files = [
    importer("packages/web/src/a.ts", "./b.ts", "./c.ts"),
    importer("packages/web/src/b.ts", "./d.ts"),
    importer("packages/web/src/c.ts", "./d.ts"),
    importer("packages/web/src/d.ts"),
  ];
  expect(importViolations(files, manifests)).toEqual([]);
});

it("finds a published package that users could not install", () => {
  const dependent = (folder: string, dependency: string) =>
    importViolations(
      [],
      [...manifests, { folder, name: `@callboard/${folder}`, exports: [], dependencies: [dependency] }],
    );
  expect(dependent("client", "@callboard/core")).toEqual([
    "packages/client/package.json: is published and depends on @callboard/core",
  ]);
  expect(dependent("client", "@callboard/protocol")).toEqual([]);
  expect(dependent("client", "ws")).toEqual([]);
  expect(dependent("dev", "@callboard/core")).toEqual([]);
});

it("reads every form of import", () => {
  const text = `import a from "a";\nimport type { B } from 'b';\nimport {\n  c,\n} from "c";\nimport "d";\nexport * from "e";\nconst f = () => import("f");\n`;
  expect(importsOf(text).map(({ specifier }) => specifier)).toEqual(["a", "b", "c", "d", "e", "f"]);
  expect(importsOf(text).filter(({ typeOnly }) => typeOnly)).toEqual([{ specifier: "b", typeOnly: true }]);
});

const manifest = (folder: string, ...exports: string[]): Manifest => ({
  folder,
  name: `@callboard/${folder}`,
  exports: [".", ...exports],
  dependencies: [],
});

const manifests: readonly Manifest[] = [
  manifest("protocol", "./values"),
  manifest("core", "./testing", "./testing/*"),
  manifest("client", "./react"),
  manifest("functions", "./deployment", "./http"),
  manifest("aws-local"),
  manifest("video", "./captions"),
  manifest("web", "./policy"),
  manifest("dev"),
];

const importer = (path: string, ...specifiers: string[]): SourceFile => ({
  path,
  text: specifiers.map((specifier) => `import { a } from "${specifier}";`).join("\n"),
});

const violationOf = (path: string, specifier: string): string | undefined =>
  importViolations([importer(path, specifier)], manifests)[0];
