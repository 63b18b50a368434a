import type { DeployedFunction } from "@callboard/functions/deployment";

/** The code of a function: a source that SST bundles, or a bundle that is there. */
export interface FunctionCode {
  /** The file that exports `handler`, without its ending; of a bundle, in its folder. */
  readonly file: string;
  /** The folder of a bundle. */
  readonly bundle?: string;
}

/** Where the code of a Callboard comes from: the sources of its repository, or the package. */
export interface Code {
  /** Whether `sst dev` runs it on the machine of whoever works on it; what was built before runs on AWS there too. */
  readonly isLive: boolean;
  service(name: DeployedFunction): FunctionCode;
  /** What is deployed as pages. */
  readonly pages: Pick<sst.aws.StaticSiteArgs, "path" | "build" | "vite">;
  /** The longest that a function may take, of the seconds that it may take deployed. */
  longestSeconds(deployed: number): number;
}

/** Seconds that a function may take under `sst dev` at least: it answers from there, and somebody may look at it. */
const DEV_SECONDS = 120;

/** Of functions that run on somebody's machine. */
export const longestSecondsLive = (deployed: number): number => Math.max(deployed, DEV_SECONDS);

/** Where `sst dev` declares what nothing reads: the addresses are in config.json. */
const types = "../../.sst/web-env.d.ts";

/** The sources of this repository. */
export const sources = (): Code => ({
  isLive: $dev,
  service: (name) => ({ file: `packages/functions/src/lambda/${name}` }),
  pages: { path: "packages/web", build: { command: "npm run build", output: "dist" }, vite: { types } },
  longestSeconds: (deployed) => ($dev ? longestSecondsLive(deployed) : deployed),
});
