import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { docsFolder } from "./docs-folder.ts";

/** A clone whose program for the docs is `source`; it counts its runs in `runs`. */
async function clone(source: string) {
  const root = await mkdtemp(join(tmpdir(), "callboard-docs-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "scripts"));
  await mkdir(join(root, "node_modules/tsx"), { recursive: true });
  await writeFile(join(root, "node_modules/tsx/package.json"), '{ "name": "tsx", "exports": "./index.js" }');
  await writeFile(join(root, "node_modules/tsx/index.js"), "");
  const maker = join(root, "scripts/docs.mjs");
  const counted = `import { appendFileSync, existsSync } from "node:fs"; appendFileSync("runs", "x");`;
  await writeFile(maker, `${counted}\n${source}`);
  return { root, maker, runs: async () => (await readFile(join(root, "runs"), "utf8")).length };
}

it("uses the docs next to the pages if no program makes them", async () => {
  expect(await docsFolder("/pages", undefined)()).toBe(join("/pages", "docs"));
});

it("makes them once, at the first request", async () => {
  const { maker, runs } = await clone('console.log("/made");');
  const docs = docsFolder("/pages", maker);
  await expect(runs()).rejects.toThrow("ENOENT");
  expect(await Promise.all([docs(), docs()])).toEqual(["/made", "/made"]);
  expect(await docs()).toBe("/made");
  expect(await runs()).toBe(1);
});

it("tries again at the next request after a failure", async () => {
  const { root, maker } = await clone('if (!existsSync("mended")) process.exit(1); console.log("/made");');
  const docs = docsFolder("/pages", maker);
  await expect(docs()).rejects.toThrow("Command failed");
  await writeFile(join(root, "mended"), "");
  expect(await docs()).toBe("/made");
});

it("ends the program that makes them when everything ends", async () => {
  const { maker } = await clone("setInterval(() => {}, 1000);");
  const ending = new AbortController();
  const made = docsFolder("/pages", maker, ending.signal)();
  ending.abort();
  await expect(made).rejects.toThrow("abort");
});
