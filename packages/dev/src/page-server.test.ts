import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDevTokens } from "./dev-tokens.ts";
import { createPageServer } from "./page-server.ts";
import type { Videos } from "./videos.ts";

/** A page server with one page; answers the status of a request with any headers. */
async function stage() {
  const folder = await mkdtemp(join(tmpdir(), "callboard-pages-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "index.html"), "hello");
  const tokens = await openDevTokens(join(folder, "key.json"));
  const pages = await createPageServer({
    port: 0,
    folder,
    routes: () => ({
      config: {},
      tokens,
      videos: {} as Videos,
      queues: async (_, response) => void response.end("queues"),
    }),
    origins: () => ({ socket: "ws://127.0.0.1:1", files: "http://127.0.0.1:2" }),
  });
  onTestFinished(() => pages.close());
  return (method: string, path: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      request({ host: "127.0.0.1", port: pages.port, method, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
}

const paths = [
  ["GET", "/"],
  ["GET", "/index.html"],
  ["GET", "/config.json"],
  ["GET", "/dev/token?user=ana&role=creator"],
  ["POST", "/dev/videos"],
  ["POST", "/dev/sqs"],
  ["OPTIONS", "/dev/token"],
  ["GET", "/nothing"],
] as const;

it.each([
  [{ host: "evil.example" }, 421],
  [{ origin: "http://evil.example" }, 403],
  [{ origin: "null" }, 403],
])("refuses %j on every path", async (headers, status) => {
  const ask = await stage();
  for (const [method, path] of paths) expect(await ask(method, path, headers)).toBe(status);
});

it("serves people who come to it, and pages of this machine", async () => {
  const ask = await stage();
  for (const headers of [{}, { origin: "http://localhost:3000" }, { host: "pages.localhost" }]) {
    expect(await ask("GET", "/index.html", headers)).toBe(200);
    expect(await ask("GET", "/dev/token?user=ana&role=creator", headers)).toBe(200);
    expect(await ask("POST", "/dev/sqs", headers)).toBe(200);
  }
});
