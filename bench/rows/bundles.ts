import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeployedFunction, deployedFunctions } from "@callboard/functions/deployment";
import { bundleHandler } from "../../scripts/synth/bundle.ts";
import { neverLoaded } from "../../stacks/never-loaded.ts";
import { quantity } from "../figure.ts";
import type { Figure, Figures, Goal } from "../row.ts";

export const name = "bundles";
export const computed = true;

const goals: Partial<Record<DeployedFunction, Goal>> = { ingest: { atMost: 330 }, socket: { atMost: 190 } };

/** What a start of each function loads, as it is deployed: the more, the longer its first call takes. */
export async function run(): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-bundles-"));
  try {
    const figures: Figure[] = [];
    for (const fn of Object.keys(deployedFunctions) as DeployedFunction[]) {
      const handler = `packages/functions/src/lambda/${fn}.handler`;
      const options = { minify: true, splitting: true, external: neverLoaded, keepNames: false };
      const { startBytes } = await bundleHandler(handler, folder, options);
      const goal = goals[fn];
      const words = { name: `bundles.${fn}_kb`, what: `bundle that a start of ${fn} loads`, unit: "KB" };
      figures.push(quantity({ ...words, ...(goal ? { goal } : {}) }, [Math.ceil(startBytes / 1000)]));
    }
    return { figures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
