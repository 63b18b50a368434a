import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const path = (of: string) => fileURLToPath(new URL(`../${of}`, import.meta.url));

/** The tests that killed the last mutant first, then the shortest: the first failure ends a mutant's run. */
class ShortestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const costs = new Map(files.map((file) => [file, this.cost(file)]));
    return files.toSorted((a, b) => costs.get(a)! - costs.get(b)!);
  }

  private cost({ project, moduleId }: TestSpecification): number {
    const key = `${project.name}:${relative(this.ctx.config.root, moduleId)}`;
    const result = this.ctx.cache.getFileTestResults(key);
    return result?.failed ? -1 : (result?.duration ?? 0);
  }
}

/**
 * The tests that can kill a mutant: those of its folder, with fewer runs of each property. Long stories are left out:
 * they take up to a minute each.
 */
export default defineConfig({
  // The workspace's packages are links to the original sources, not to Stryker's mutants.
  resolve: {
    alias: [
      { find: /^@callboard\/(protocol|core)$/, replacement: path("packages/$1/src/index.ts") },
      { find: /^@callboard\/protocol\/(\w+)$/, replacement: path("packages/protocol/src/$1.ts") },
      { find: /^@callboard\/core\/testing\/(.*)$/, replacement: path("packages/core/src/testing/$1") },
    ],
  },
  test: {
    root: path("."),
    include: [`packages/${process.env.CALLBOARD_MUTATED}/*.test.ts`],
    exclude: [
      "packages/client/src/{domain-convergence,list-convergence,recovery,renewal}.test.ts",
      "packages/core/src/*/{decoration,full-subject,long-lived,model}.test.ts",
    ],
    env: { CALLBOARD_RUNS: "20" },
    isolate: false,
    sequence: { sequencer: ShortestFirst },
    testTimeout: 5000,
  },
});
