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

it("builds the address of the WebSocket API into the pages of a deployment, and into no others", async () => {
  vi.stubEnv("CALLBOARD_SOCKET_URL", "wss://abc.execute-api.us-east-1.amazonaws.com/$default");
  onTestFinished(() => void vi.unstubAllEnvs());
  const config = readConfig(JSON.parse((await built())!));
  expect(config).toMatchObject({
    socketUrl: "wss://abc.execute-api.us-east-1.amazonaws.com/$default",
    devTokens: false,
    sampleAvailable: false,
  });
  vi.stubEnv("CALLBOARD_SOCKET_URL", "");
  expect(await built()).toBeUndefined();
}, 60_000);
