import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../../scripts/synth/platform.ts";

it("builds pages without their address: the server of the pages adds it", async () => {
  const outDir = await mkdtemp(join(tmpdir(), "callboard-pages-"));
  onTestFinished(() => rm(outDir, { recursive: true, force: true }));
  await build({ root: join(root, "packages/web"), logLevel: "error", build: { outDir, emptyOutDir: true } });
  expect((await readdir(outDir)).sort()).toEqual([
    "answer.html",
    "assets",
    "callboard-question.js",
    "creator.html",
    "index.html",
    "settings.html",
    "sign-in.html",
    "viewer.html",
  ]);
}, 60_000);
