import { type Stats, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Clock } from "../clock/clock.ts";
import { createWorkers, type Workers } from "./function-workers.ts";
import type { FunctionSource } from "./lambda.ts";
import type { LambdaHandler } from "./lambda-function.ts";

export interface FunctionFolderOptions {
  /** The absolute path of the folder. */
  readonly folder: string;
  readonly clock: Clock;
  /** Returns the environment of functions; called each time a function starts. */
  readonly environment: () => Readonly<Record<string, string>>;
}

/** The functions of a folder: `orders.js` or `orders/index.js` is the function `orders`. */
export interface FunctionFolder extends FunctionSource {
  /** The names of the functions that exist now. */
  names(): Promise<string[]>;
  /** Stops everything that runs. */
  close(): Promise<void>;
}

/** The longest timeout of a Lambda function. */
const TIMEOUT_MS = 15 * 60_000;
const NAME = /^[\w-]{1,64}$/;
const ENDINGS = [".js", ".mjs", ".cjs"] as const;

/**
 * Opens a folder of functions, each a module that exports `handler`. A module is loaded with its function's first call,
 * and again after its file has changed. It runs in a thread of its own, one event at a time, as on Lambda.
 */
export function openFunctionFolder({ folder, clock, environment }: FunctionFolderOptions): FunctionFolder {
  const loaded = new Map<string, { readonly version: string; readonly workers: Workers }>();

  const workersOf = (name: string, path: string, version: string): Workers => {
    const known = loaded.get(name);
    if (known?.version === version) return known.workers;
    known?.workers.retire();
    const variables = { ...environment(), AWS_LAMBDA_FUNCTION_NAME: name };
    const workers = createWorkers({
      url: pathToFileURL(path).href,
      environment: variables,
      timeoutMs: TIMEOUT_MS,
      clock,
    });
    loaded.set(name, { version, workers });
    return workers;
  };

  return {
    find(name) {
      const found = NAME.test(name) ? moduleAt(folder, name) : undefined;
      if (!found) return undefined;
      const { path, stats } = found;
      const handler: LambdaHandler = (event, { getRemainingTimeInMillis, ...context }) =>
        workersOf(name, path, `${path} ${stats.mtimeMs} ${stats.size}`).run(event, context);
      return { handler, timeoutMs: TIMEOUT_MS };
    },
    async names() {
      const entries = await readdir(folder);
      const names = entries.map((entry) => entry.replace(/\.[cm]?js$/, ""));
      return [...new Set(names)].filter((name) => NAME.test(name) && moduleAt(folder, name)).sort();
    },
    async close() {
      await Promise.all([...loaded.values()].map(({ workers }) => workers.close()));
      loaded.clear();
    },
  };
}

/** The file of a function: the first one that exists. */
function moduleAt(folder: string, name: string): { path: string; stats: Stats } | undefined {
  for (const ending of ENDINGS) {
    for (const path of [join(folder, `${name}${ending}`), join(folder, name, `index${ending}`)]) {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile()) return { path, stats };
    }
  }
  return undefined;
}
