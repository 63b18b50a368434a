import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "@callboard/web/config";
import { build } from "vite";
import { expect, it, onTestFinished, vi } from "vitest";
import { root } from "../../scripts/synth/platform.ts";

/** The `config.json` that a build leaves, if any. */
async function built(): Promise<string | undefined> {
  const outDir = await mkdtemp(join(tmpdir(), "callboard-pages-"));
  onTestFinished(() => rm(outDir, { recursive: true, force: true }));
  await build({ root: join(root, "packages/web"), logLevel: "error", build: { outDir, emptyOutDir: true } });
  return readFile(join(outDir, "config.json"), "utf8").catch(() => undefined);
}

it("builds what a deployment says into its pages, and nothing into others", async () => {
  const said = {
    socketUrl: "wss://abc.execute-api.us-east-1.amazonaws.com/$default",
    httpUrl: "https://def.execute-api.us-east-1.amazonaws.com",
    videos: true,
  };
  vi.stubEnv("CALLBOARD_PAGES_CONFIG", JSON.stringify(said));
  onTestFinished(() => void vi.unstubAllEnvs());
  const config = readConfig(JSON.parse((await built())!));
  expect(config).toMatchObject({
    ...said,
    devTokens: false,
    sampleAvailable: false,
  });
  vi.stubEnv("CALLBOARD_PAGES_CONFIG", "");
  expect(await built()).toBeUndefined();
}, 60_000);
