import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, Script } from "node:vm";
import type * as FakeKit from "@callboard/client/testing";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandEntry, packageOf, thisRoot as root, writeBundle } from "../scripts/bundle.ts";
import {
  bundledEntries,
  bundledManifest,
  isPublished,
  type Manifest,
  membersOf,
  publishedManifest,
} from "../scripts/manifests.ts";
import { withBuiltImports } from "../scripts/pack.ts";
import { writeSingleFile } from "../scripts/single-file.ts";

const members = membersOf(root);
const published = members.filter(isPublished);
const own: Manifest = {
  name: "@callboard/thing",
  version: "1.2.3",
  description: "A thing",
  license: "Apache-2.0",
  engines: { node: ">=20" },
  sideEffects: false,
  exports: {
    ".": "./src/index.ts",
    "./parts": "./src/some/parts.tsx",
    "./testing": "./src/testing/index.ts",
  },
  files: ["dist"],
  publishConfig: { access: "public" },
  dependencies: { zod: "4.6.7" },
};
const place = { folder: "packages/thing", repository: undefined };

it("names the built file of each source in a published manifest, and no entry for tests", () => {
  expect(publishedManifest(own, place).exports).toEqual({
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./parts": { types: "./dist/some/parts.d.ts", default: "./dist/some/parts.js" },
  });
  const outside = { ...own, exports: { ".": "./dist/index.js" } };
  expect(() => publishedManifest(outside, place)).toThrow("./dist/index.js is not a source of its package");
});

it("puts the file of a bundled entry next to its built declarations, wherever its source is", () => {
  const kit = { types: "./src/kit/types.ts", default: "./src/testing/kit.ts" };
  const bundling = { ...own, exports: { ...own.exports, "./kit": kit } };
  expect(publishedManifest(bundling, place)).toMatchObject({
    exports: { "./kit": { types: "./dist/kit/types.d.ts", default: "./dist/kit/types.js" } },
    typesVersions: { "*": { kit: ["./dist/kit/types.d.ts"] } },
  });
  expect(bundledEntries(bundling)).toEqual([{ source: "./src/testing/kit.ts", file: "./dist/kit/types.js" }]);
});

it("names the built files whose import alone has an effect", () => {
  const element = { types: "./src/element/index.ts", default: "./src/element/make.ts" };
  const doing = {
    ...own,
    exports: { ...own.exports, "./element": element },
    sideEffects: ["./src/element/make.ts", "./src/index.ts"],
  };
  expect(publishedManifest(doing, place).sideEffects).toEqual(["./dist/element/index.js", "./dist/index.js"]);
  expect(publishedManifest({ ...own, sideEffects: false }, place).sideEffects).toBe(false);
});

it("names the same entries for tools that do not read exports, and none if there are none", () => {
  expect(publishedManifest(own, place)).toMatchObject({
    main: "./dist/index.js",
    types: "./dist/index.d.ts",
    typesVersions: { "*": { parts: ["./dist/some/parts.d.ts"] } },
  });
  const one = { ...own, exports: { ".": "./src/index.ts" } };
  expect(publishedManifest(one, place)).not.toHaveProperty("typesVersions");
  const command = { ...one, bin: { thing: "./bin/thing.js" } };
  const bundled = bundledManifest(command, place, "./dist/thing.js", [], []);
  for (const field of ["main", "types", "exports"]) expect(bundled).not.toHaveProperty(field);
});

it("makes declarations import built files, however they name a source, and leaves packages unchanged", () => {
  const built = withBuiltImports(`import type { A } from "./a.ts";
import "../b.tsx";
export * from './c/d.ts';
export type E = typeof import("./e.test-kit.ts").e | import("./f.ts").F;
import { type G } from "@shop/g/g.ts";
/// <reference path="./h.d.ts" />
import type { I } from "./i.d.ts";
`);
  expect(built).toBe(`import type { A } from "./a.js";
import "../b.js";
export * from './c/d.js';
export type E = typeof import("./e.test-kit.js").e | import("./f.js").F;
import { type G } from "@shop/g/g.ts";
/// <reference path="./h.d.ts" />
import type { I } from "./i.d.ts";
`);
});

it("leaves out what only the workspace needs", () => {
  const more = { private: true, scripts: { build: "tsc" }, devDependencies: { ws: "8.23.0" } };
  const manifest = JSON.parse(JSON.stringify(publishedManifest({ ...own, ...more }, place)));
  expect(Object.keys(manifest).filter((key) => key in more)).toEqual([]);
  expect(manifest).toMatchObject({ name: own.name, version: own.version, dependencies: own.dependencies });
});

it("says where in the repository a package is, if the repository is known", () => {
  const repository = { type: "git", url: "git+https://example.org/a/b.git" };
  expect(publishedManifest(own, { ...place, repository })).toMatchObject({
    repository: { ...repository, directory: "packages/thing" },
  });
  expect(publishedManifest(own, place)).not.toHaveProperty("repository");
});

it("takes the versions of unbundled packages from the workspace, and refuses two versions of one library", () => {
  const command: Manifest = { ...own, name: "thing", bin: { thing: "./bin/thing.js" } };
  const uses = (name: string, dependencies: Record<string, string>) => ({
    folder: `packages/${name}`,
    manifest: { name: `@callboard/${name}`, version: "0.9.0", dependencies },
  });
  const workspace = [uses("core", { zod: "4.6.7" }), uses("dev", { zod: "4.6.7", ws: "8.23.0" })];
  const made = (left: string[], more: typeof workspace = []) =>
    bundledManifest(command, place, "./dist/thing.js", left, [...workspace, ...more]);
  expect(made(["zod", "@callboard/core"])).toMatchObject({
    bin: { thing: "./dist/thing.js" },
    dependencies: { "@callboard/core": "0.9.0", zod: "4.6.7" },
  });
  expect(() => made(["zod"], [uses("cli", { zod: "4.0.0" })])).toThrow(
    "zod must have one version, not: 4.6.7, 4.0.0",
  );
  expect(() => made(["jose"])).toThrow("jose must have one version, not: none");
});

it.each(published.map(({ folder, manifest }) => [folder, manifest] as const))(
  "%s has the facts that a registry needs, and depends on exact versions",
  (_, manifest) => {
    expect(manifest).toMatchObject({ license: "Apache-2.0", publishConfig: { access: "public" } });
    expect(manifest.description!.length).toBeGreaterThan(20);
    expect(manifest.keywords).toContain("callboard");
    expect(manifest.engines!.node).toMatch(/^>=20/);
    for (const version of Object.values(manifest.dependencies ?? {}))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  },
);

it("lets published packages depend only on published ones and on libraries", () => {
  const ours = members.filter((member) => !isPublished(member)).map(({ manifest }) => manifest.name);
  expect(ours).toContain("@callboard/core");
  const libraries = published.filter(({ manifest }) => manifest.bin === undefined);
  expect(libraries.map(({ manifest }) => manifest.name)).toEqual([
    "@callboard/asl",
    "@callboard/aws-local",
    "@callboard/client",
    "@callboard/protocol",
    "@callboard/tokens",
    "@callboard/sst",
  ]);
  for (const { manifest } of libraries)
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => ours.includes(name))).toEqual([]);
});

let folder: string;
let metafile: Metafile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-pack-"));
  const pages = join(folder, "built");
  await mkdir(pages);
  await writeFile(join(pages, "index.html"), "<title>Callboard</title>");
  const isExternal = (name: string) => !name.startsWith("@callboard/");
  metafile = await writeBundle({
    root,
    folder: join(folder, "out"),
    entries: commandEntry,
    pages,
    isExternal,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("an entry of one file", () => {
  it("imports nothing, contains its libraries' licenses, and works as a single file", async () => {
    const file = join(folder, "testing.mjs");
    const { outputs } = await writeSingleFile(join(root, "packages/client/src/testing/fake/index.ts"), file);
    expect(Object.values(outputs).flatMap(({ imports }) => imports)).toEqual([]);
    const text = await readFile(file, "utf8");
    for (const library of ["zod", "ajv", "re2js"])
      expect(text).toMatch(new RegExp(`^/\\*! ${library} \\d`, "m"));
    const { fakeCallboard } = (await import(pathToFileURL(file).href)) as typeof FakeKit;
    const fake = fakeCallboard();
    await fake.report({ subject: "order/7", step: "pack", state: "running" });
    expect(await fake.values("watch:order/7")).toMatchObject({
      "step/workflow:order-7/pack": { state: "running" },
    });
  });

  it("is a script that defines no global names if it exports nothing, and does nothing on a server", async () => {
    const file = join(folder, "element.mjs");
    await writeSingleFile(join(root, "packages/client/src/element/question-element.ts"), file);
    const text = await readFile(file, "utf8");
    const defined: string[] = [];
    const page = createContext({
      HTMLElement: class {},
      customElements: { get: () => undefined, define: (name: string) => defined.push(name) },
    });
    const before = Object.keys(page);
    new Script(text).runInContext(page);
    expect(defined).toEqual(["callboard-question"]);
    expect(Object.keys(page)).toEqual(before);
    // Names that are declared at the top level are visible to every other script, although they are not properties.
    expect(() =>
      new Script(
        `${"abcdefghijklmnopqrstuvwxyz"
          .split("")
          .map((one) => `let ${one};`)
          .join("")}`,
      ).runInContext(page),
    ).not.toThrow();
    expect(Object.keys(await import(pathToFileURL(file).href))).toEqual([]);
  });

  it("is refused when it needs Node", async () => {
    const source = join(folder, "needs-node.ts");
    await writeFile(source, 'import { hostname } from "node:os"; console.log(hostname());');
    await expect(writeSingleFile(source, join(folder, "never.js"))).rejects.toThrow("node:os");
  });
});

it("loads only what start needs for start", () => {
  // Commands read the addresses that a start gives.
  const isForStart = (source: string) =>
    /^packages\/(dev|aws-local|video)\//.test(source) && source !== "packages/dev/src/places.ts";
  const start = loadedBy("packages/dev/src/main.ts").sources.filter(isForStart);
  expect(new Set(start.map((source) => source.split("/")[1]))).toEqual(
    new Set(["dev", "aws-local", "video"]),
  );
  for (const file of ["program.ts", "commands/ledger.ts", "commands/erase.ts", "commands/ops/index.ts"])
    expect(loadedBy(`packages/cli/src/${file}`).sources.filter(isForStart)).toEqual([]);
});

it("loads only the library for the command line to print the help", () => {
  const { libraries } = loadedBy("packages/cli/src/main.ts");
  expect(libraries).toEqual(["commander"]);
});

it("loads the code that reads videos with the first one, and not with a start", () => {
  const { libraries } = loadedBy("packages/dev/src/main.ts");
  expect(libraries).toContain("jsonata");
  expect(libraries).not.toContain("mediabunny");
  expect(loadedBy("packages/video/src/tasks/task-functions.ts").libraries).toContain("mediabunny");
});

/** What is loaded with a source: its chunk and all that this imports before it runs. */
function loadedBy(source: string): { sources: string[]; libraries: string[] } {
  const [first] = Object.entries(metafile.outputs).find(([, { inputs }]) => inputs[source])!;
  const chunks = new Set([first]);
  const libraries = new Set<string>();
  for (const chunk of chunks)
    for (const { path, kind, external } of metafile.outputs[chunk]!.imports) {
      if (kind !== "import-statement") continue;
      if (!external) chunks.add(path);
      else if (!isBuiltin(path)) libraries.add(packageOf(path));
    }
  const sources = [...chunks].flatMap((chunk) => Object.keys(metafile.outputs[chunk]!.inputs));
  return { sources, libraries: [...libraries].sort() };
}
