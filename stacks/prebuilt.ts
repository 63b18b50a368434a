import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Code } from "./code.ts";

const name = "@callboard/sst";

/** The version of the package, which its build puts here. */
declare const CALLBOARD_VERSION: string;

/**
 * The code in the package, as it was built: under `sst dev` it runs on AWS as well, since it is nobody's who works there.
 * SST puts what it evaluates into one file of its own, so that the package is looked for from where `sst.config.ts` is,
 * as Node looks for it.
 */
export function prebuilt(): Code {
  const folder = join(dirname(manifestPath()), "dist");
  return {
    isLive: false,
    service: (service) => ({ file: "bundle", bundle: join(folder, "functions", service) }),
    pages: { path: join(folder, "pages") },
    longestSeconds: (deployed) => deployed,
  };
}

function manifestPath(): string {
  const { root } = $cli.paths;
  const path = resolved(join(root, "sst.config.ts"));
  if (path === undefined)
    throw new Error(
      `${name} is not to be found from ${root}: add it to the package.json beside sst.config.ts, and install it`,
    );
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  if (version !== CALLBOARD_VERSION)
    throw new Error(
      `${name} ${version} is found from ${root}, and ${CALLBOARD_VERSION} was imported: install one version`,
    );
  return path;
}

function resolved(from: string): string | undefined {
  try {
    return createRequire(from).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}
