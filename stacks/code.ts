import type { DeployedFunction } from "@callboard/functions/deployment";

/** The code of a function: a source that SST bundles, or an existing bundle. */
export interface FunctionCode {
  /** The file that exports `handler`, without its extension; for a bundle, within its folder. */
  readonly file: string;
  /** The folder of a bundle. */
  readonly bundle?: string;
}

/** Where the code of a Callboard comes from: the sources of its repository, or the package. */
export interface Code {
  /** Whether `sst dev` runs it on the developer's machine; existing bundles run on AWS there too. */
  readonly isLive: boolean;
  service(name: DeployedFunction): FunctionCode;
  /** The files that are deployed as pages. */
  readonly pages: Pick<sst.aws.StaticSiteArgs, "path" | "build" | "vite">;
  /** A function's timeout in seconds, given its timeout when it is deployed. */
  longestSeconds(deployed: number): number;
}

/**
 * The shortest timeout under `sst dev`, in seconds: the answer comes from a developer's machine, perhaps with a debugger.
 */
const DEV_SECONDS = 120;

/** Settings of functions that run on a developer's machine. */
export const longestSecondsLive = (deployed: number): number => Math.max(deployed, DEV_SECONDS);

/** Where `sst dev` writes types that nothing reads: the addresses are in config.json. */
const UNUSED_TYPES = "../../.sst/web-env.d.ts";

/** The sources of this repository. */
export const sources = (): Code => ({
  isLive: $dev,
  service: (name) => ({ file: `packages/functions/src/lambda/${name}` }),
  pages: {
    path: "packages/web",
    build: { command: "npm run build", output: "dist" },
    vite: { types: UNUSED_TYPES },
  },
  longestSeconds: (deployed) => ($dev ? longestSecondsLive(deployed) : deployed),
});
