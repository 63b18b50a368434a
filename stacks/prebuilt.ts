import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Code } from "./code.ts";

const PACKAGE_NAME = "@callboard/sst";

/** The version of the package, which its build inserts here. */
declare const CALLBOARD_VERSION: string;

/**
 * The prebuilt code in the package. Under `sst dev` it also runs on AWS, because nobody develops it there. SST bundles
 * what it evaluates into one file, so the package is resolved from the folder of `sst.config.ts`, as Node does it.
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

/** The folder of the built files. */
function installed(): string {
  const { root } = $cli.paths;
  const entry = resolved(join(root, "sst.config.ts"));
  if (entry === undefined)
    throw new Error(
      `${PACKAGE_NAME} was not found from ${root}: add it to the package.json next to sst.config.ts, and install it`,
    );
  const folder = dirname(entry);
  const { version } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8")) as {
    version: string;
  };
  if (version !== CALLBOARD_VERSION)
    throw new Error(
      `${PACKAGE_NAME} ${version} is found from ${root}, but ${CALLBOARD_VERSION} was imported: install only one version`,
    );
  return folder;
}

function resolved(from: string): string | undefined {
  try {
    return createRequire(from).resolve(PACKAGE_NAME);
  } catch {
    return undefined;
  }
}
