import { mkdir } from "node:fs/promises";
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { join } from "node:path";
import type { EndpointService } from "../endpoint/service.ts";
import { type Engine, type EngineExit, freePort, launchEngine } from "./engine.ts";
import { type EngineSearch, findEngine } from "./engine-binary.ts";
import { claimPidFile } from "./pid-file.ts";
import { proxy } from "./proxy.ts";

export interface DynamodbOptions {
  /** Where the data lives (`dynamodb.db`, `dynamodb.pid`); made if missing. Undefined keeps all in memory. */
  directory: string | undefined;
  /** A DynamoDB that already runs: nothing is started. */
  endpoint?: string | undefined;
  /** The engine's port; by default a free one. */
  port?: number | undefined;
  /** Where to look for the engine's program. */
  search?: EngineSearch;
}

/** A DynamoDB to talk to; as a service of the endpoint it hands requests on. */
export interface Dynamodb extends EndpointService {
  /** An http(s) address without a trailing slash. */
  endpoint: string;
  /** Resolves when the engine's process has ended, by `stop` or by itself; never for a foreign endpoint. */
  exited: Promise<EngineExit>;
  stop(): Promise<void>;
}

/** Nobody answers at the DynamoDB that is to be used; the message is one line that names it. */
export class UnansweredEndpoint extends Error {
  override readonly name = "UnansweredEndpoint";
}

const START_MS = 15_000;
const PROBE_MS = 5_000;
/** How often a port may be snatched away between choosing and using it. */
const PORT_TRIES = 5;

/**
 * Starts a DynamoDB on this machine, or checks that the given one answers. Ends an engine that a killed process
 * left behind in the same directory. Throws `MissingEngine`, `DirectoryInUse` or `UnansweredEndpoint`,
 * `EADDRINUSE` for a given port that is taken, and an error with the engine's own words if it does not start.
 */
export async function startDynamodb(options: DynamodbOptions): Promise<Dynamodb> {
  if (options.endpoint !== undefined) return useEndpoint(options.endpoint);
  const { directory } = options;
  const program = findEngine(
    options.search ?? {
      npmPackage: `@dynoxide/${process.platform}-${process.arch}`,
      path: process.env.PATH ?? "",
    },
  );
  if (directory === undefined) return launch(program, undefined, options.port, async () => {});

  await mkdir(directory, { recursive: true });
  const pidFile = await claimPidFile(join(directory, "dynamodb.pid"));
  try {
    const launched = await launch(program, join(directory, "dynamodb.db"), options.port, pidFile.record);
    return {
      ...launched,
      async stop() {
        await launched.stop();
        await pidFile.release();
      },
    };
  } catch (cause) {
    await pidFile.release();
    throw cause;
  }
}

async function useEndpoint(address: string): Promise<Dynamodb> {
  const endpoint = address.replace(/\/+$/, "");
  if (!(await answers(endpoint, PROBE_MS)))
    throw new UnansweredEndpoint(`no DynamoDB answers at ${endpoint}`);
  return { ...serviceAt(endpoint), endpoint, exited: new Promise(() => {}), stop: async () => {} };
}

const serviceAt = (endpoint: string): EndpointService => ({
  name: "DynamoDB",
  target: "DynamoDB_20120810",
  handle: proxy(endpoint),
});

async function launch(
  program: string,
  file: string | undefined,
  wanted: number | undefined,
  record: (pid: number) => Promise<void>,
): Promise<Dynamodb> {
  for (let tries = 1; ; tries++) {
    const port = wanted ?? (await freePort());
    const engine = await launchEngine(program, port, file);
    const endpoint = `http://127.0.0.1:${port}`;
    try {
      await record(engine.pid);
      const failure = await readiness(engine, endpoint);
      if (failure === undefined)
        return { ...serviceAt(endpoint), endpoint, exited: engine.exited, stop: engine.stop };
      const taken = /already in use|address in use/i.test(failure);
      if (taken && wanted === undefined && tries < PORT_TRIES) continue;
      const error = new Error(`the DynamoDB engine did not start: ${failure}`);
      throw taken ? Object.assign(error, { code: "EADDRINUSE" }) : error;
    } catch (cause) {
      await engine.stop();
      throw cause;
    }
  }
}

/** Undefined once the engine itself says that it listens, and answers; else what it said instead. */
async function readiness(engine: Engine, endpoint: string): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), START_MS);
  });
  const listens = await Promise.race([engine.listening, late]);
  clearTimeout(timer);
  if (listens === "late") return `it was not ready within ${START_MS} ms`;
  if (!listens) return (await engine.exited).output || "it ended without a word";
  return (await answers(endpoint, PROBE_MS)) ? undefined : "it listens but does not answer";
}

/**
 * Whether a DynamoDB answers at an endpoint: any HTTP answer below 500 counts, an unsigned request gets a 400. Every start
 * asks, so it is not `fetch`, which takes long to load.
 */
export function answers(endpoint: string, waitMs: number): Promise<boolean> {
  if (!URL.canParse(endpoint)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const request = (endpoint.startsWith("https:") ? overHttps : overHttp)(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
      },
      agent: false,
      signal: AbortSignal.timeout(waitMs),
    });
    request.once("response", (response) => {
      response.destroy();
      resolve((response.statusCode ?? 500) < 500);
    });
    request.on("error", () => resolve(false));
    request.end("{}");
  });
}
