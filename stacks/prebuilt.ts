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
  const folder = installed();
  return {
    isLive: false,
    service: (service) => ({ file: "bundle", bundle: join(folder, "functions", service) }),
    pages: { path: join(folder, "pages") },
    longestSeconds: (deployed) => deployed,
  };
}

/** The folder of what was built. */
function installed(): string {
  const { root } = $cli.paths;
  const entry = resolved(join(root, "sst.config.ts"));
  if (entry === undefined)
    throw new Error(
      `${name} is not to be found from ${root}: add it to the package.json beside sst.config.ts, and install it`,
    );
  const folder = dirname(entry);
  const { version } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8")) as {
    version: string;
  };
  if (version !== CALLBOARD_VERSION)
    throw new Error(
      `${name} ${version} is found from ${root}, and ${CALLBOARD_VERSION} was imported: install one version`,
    );
  return folder;
}

function resolved(from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
