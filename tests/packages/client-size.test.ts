import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { npmCommand } from "../../scripts/pack.ts";
import { openProject, type Project, packed } from "./project.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject(join(inject("place"), "sizes"));
  const tarballs = packed.filter(({ name }) => /\/(client|protocol)$/.test(name));
  const [program, ...args] = npmCommand("install", ...tarballs.map(({ tarball }) => tarball));
  await project.run(program, ...args);
}, 120_000);

const gzipped = (code: Uint8Array): number => gzipSync(code, { level: 9 }).length;

const connectAnd = 'export { connect } from "@callboard/client"; export { CallboardProvider,';
const smallHooks =
  "useCallboard, useChannel, useChannels, useConnection, useDraft, useInbox, useList, usePicture, useProgress, useServerNow, useUser";

describe("the client in a browser", () => {
  it.each([
    ["alone", 'export { connect } from "@callboard/client";', 8_500],
    ["of only the hooks", 'export * from "@callboard/client/react";', 9_850],
    ["with progress", `${connectAnd} useProgress } from "@callboard/client/react";`, 11_300],
    [
      "with every hook except that of questions",
      `${connectAnd} ${smallHooks} } from "@callboard/client/react";`,
      13_050,
    ],
    ["with all hooks", 'export * from "@callboard/client"; export * from "@callboard/client/react";', 17_700],
  ])("is small %s, and has no schemas in it", async (how, contents, most) => {
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: project.folder },
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: "esm",
      platform: "browser",
      external: ["react"],
      logLevel: "silent",
      // As every bundler of applications does: explanations are loaded only for debugging.
      splitting: true,
      outdir: "out",
    });
    const outputs = Object.entries(metafile.outputs);
    const [path, output] = outputs.find(([, { entryPoint }]) => entryPoint !== undefined)!;
    const atOnce = output.imports.filter(({ kind }) => kind === "import-statement");
    expect(atOnce.filter(({ path }) => path !== "react")).toEqual([]);
    const { contents: code } = outputFiles.find((file) => file.path.endsWith(path))!;
    const size = gzipped(code);
    console.log(`the client ${how}: ${size} bytes, minified and gzipped`);
    const taken = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    expect(taken.map(([file]) => file).filter((file) => file.includes("/zod/"))).toEqual([]);
    expect(taken.map(([file]) => file).filter((file) => file.includes("@callboard/client"))).not.toEqual([]);
    expect(size).toBeLessThanOrEqual(most);
  });
});

describe("the element", () => {
  const built = () => readFile(join(project.folder, "node_modules/@callboard/client/dist/element/index.js"));

  it("is one small file that needs no other, and has no libraries in it", async () => {
    const code = await built();
    const { metafile } = await build({
      stdin: { contents: code.toString() },
      bundle: true,
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
    expect(code.toString()).not.toContain("/*!");
    console.log(`the element: ${gzipped(code)} bytes, minified and gzipped`);
    expect(gzipped(code)).toBeLessThanOrEqual(34_500);
  });

  it("keeps an import that has only side effects", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: 'import "@callboard/client/element"; import "@callboard/client";',
        resolveDir: project.folder,
      },
      bundle: true,
      write: false,
      minify: true,
      logLevel: "silent",
    });
    expect(outputFiles[0]!.text).toContain("callboard-question");
    expect(gzipped(outputFiles[0]!.contents) - gzipped(await built())).toBeLessThan(500);
  });

  it("leaves its parts out of the package", async () => {
    const files = await project.files("@callboard/client");
    expect(files.filter((file) => file.startsWith("dist/element/")).sort()).toEqual([
      "dist/element/index.d.ts",
      "dist/element/index.js",
    ]);
  });
});
