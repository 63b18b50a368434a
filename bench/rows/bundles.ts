import { mkdtemp, rm, stat } from "node:fs/promises";
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

/** How large each function is as it is deployed: the larger, the longer its first call takes. */
export async function run(): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-bundles-"));
  try {
    const figures: Figure[] = [];
    for (const fn of Object.keys(deployedFunctions) as DeployedFunction[]) {
      const handler = `packages/functions/src/lambda/${fn}.handler`;
      const options = { minify: true, external: neverLoaded, keepNames: false };
      const { file } = await bundleHandler(handler, folder, options);
      const { size } = await stat(file);
      const goal = goals[fn];
      const words = { name: `bundles.${fn}_kb`, what: `bundle of the function ${fn}`, unit: "KB" };
      figures.push(quantity({ ...words, ...(goal ? { goal } : {}) }, [Math.ceil(size / 1024)]));
    }
    return { figures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
