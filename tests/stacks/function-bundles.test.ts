import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleHandler } from "../../scripts/synth/bundle.ts";
import { neverLoaded } from "../../stacks/never-loaded.ts";
import { evaluatedStages, type Stages, stageNames } from "./evaluated.ts";
import { allowed, calls } from "./may-call.ts";
import { functionsOf } from "./stage.ts";

let stages: Stages;
const bundles: Record<string, Bundle> = {};
let folder: string;
beforeAll(async () => {
  stages = await evaluatedStages();
  folder = await mkdtemp(join(tmpdir(), "callboard-stacks-"));
  for (const { name, handler } of functionsOf(stages.dev))
    bundles[name] = await bundleHandler(handler, join(folder, name), {
      external: neverLoaded,
      keepNames: false,
      splitting: true,
    });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = promisify(execFile);

/** Calls in a bundle that no path of the function reaches, and that its role does not allow either. */
const neverReached: Readonly<Record<string, readonly string[]>> = {
  Requests: ["dynamodb:BatchWriteItem"],
  // A turn has no assignees, so none is removed.
  Plugins: ["dynamodb:DeleteItem"],
  // It reads requests with stores that could also announce and move them.
  Notify: [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:UpdateItem",
    "events:PutEvents",
    "sqs:SendMessage",
  ],
};

describe.each(stageNames)("stage %s", (name) => {
  const stage = () => stages[name];

  it("allows every function only the calls in its code", async () => {
    const functions = functionsOf(stage());
    expect(functions.length).toBe(name === "dev" ? 18 : 9);
    const said: Record<string, string[]> = {};
    const does: Record<string, string[]> = {};
    for (const fn of functions) {
      said[fn.name] = allowed(fn);
      // A password is read only if an SMTP server is configured.
      const isBySmtp = fn.variables.SMTP_URL !== undefined;
      const unreached = [...(neverReached[fn.name] ?? []), ...(isBySmtp ? [] : ["ssm:GetParameter"])];
      does[fn.name] = (await calls(bundles[fn.name]!)).filter((action) => !unreached.includes(action));
    }
    expect(said).toEqual(does);
  });
});

/** Limits of what a start loads, in KB; the task functions of a video contain the SDK. */
const mostKb: Readonly<Record<string, number>> = {
  Authorize: 60,
  AuthorizeHttp: 60,
  Clock: 70,
  Fanout: 260,
  Ingest: 346,
  Notify: 170,
  Plugins: 100,
  Relay: 90,
  Requests: 160,
  Socket: 160,
};

it("keeps the code that every function loads at its start small, and the authorizers' smaller", () => {
  const sizes: Record<string, number> = {};
  for (const [name, { startBytes }] of Object.entries(bundles)) sizes[name] = Math.ceil(startBytes / 1000);
  console.log(`bundles, KB: ${JSON.stringify(sizes)}`);
  for (const [name, size] of Object.entries(sizes))
    expect([name, size <= (mostKb[name] ?? 600)]).toEqual([name, true]);
});

it("loads every bundle by itself, with all files next to it", async () => {
  const keys = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  for (const { name, variables } of functionsOf(stages.dev)) {
    const { file, files } = bundles[name]!;
    const script = `for (const one of ${JSON.stringify(files)}) await import(one);
      console.log(typeof (await import(${JSON.stringify(file)})).handler)`;
    const { stdout } = await run(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
      env: { ...process.env, ...keys, ...variables },
    });
    expect([file, stdout.trim()]).toEqual([file, "function"]);
  }
}, 60_000);

it("posts with a sender without the modules that are never loaded", async () => {
  const { file } = await bundleHandler("packages/functions/src/push/pooled-sender.pooledSender", folder, {
    external: neverLoaded,
  });
  const { pooledSender } = (await import(file)) as typeof import("@callboard/functions");
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (text: string) => bodies.push(text));
    request.on("end", () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const sender = pooledSender({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: async () => ({ accessKeyId: "a", secretAccessKey: "b" }),
      clock: { now: Date.now },
      log: { warn() {} },
    });
    expect(await sender.prepare("hello")("c1=")).toBe("sent");
    expect(bodies).toEqual(["hello"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
