import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { evaluatedStages, type Stages, stageNames } from "./evaluated.ts";

// A resource whose type or name changes is another resource: an existing stage would get a new one, and lose the former
// with all of its content. So names are recorded. A change of the recording must be intended: CALLBOARD_WRITE_NAMES=1
// npx vitest run --project stacks tests/stacks/names.test.ts

const recording = join(root, "tests/stacks/recorded-names.json");

/** Type, name and name in AWS of each resource; SST chooses the last letters of the latter at random each time. */
const namesOf = ({ resources }: Synthesis): string[] =>
  resources.map(({ type, name, inputs }) => {
    const inAws = [inputs.name, inputs.bucket, inputs.dashboardName, inputs.domain].find(
      (one) => typeof one === "string",
    );
    return [type, name, ...(inAws ? [String(inAws).replaceAll(/(?<=-)[a-z]{8}(?=\/|$)/g, "…")] : [])].join(
      " ",
    );
  });

const namesOfStages = async (): Promise<Record<keyof Stages, string[]>> => {
  const stages = await evaluatedStages();
  return { dev: namesOf(stages.dev), production: namesOf(stages.production) };
};

it("keeps every name of an existing stage", async () => {
  const names = await namesOfStages();
  if (process.env.CALLBOARD_WRITE_NAMES) await writeFile(recording, `${JSON.stringify(names, null, 2)}\n`);
  const recorded = JSON.parse(await readFile(recording, "utf8")) as typeof names;
  for (const stage of stageNames) {
    expect(names[stage].length).toBeGreaterThan(150);
    expect([stage, names[stage]]).toEqual([stage, recorded[stage]]);
  }
}, 300_000);

it("would find a resource with another name", async () => {
  const { production } = await evaluatedStages();
  const resources = production.resources.map((one) =>
    one.name === "RowsTable" ? { ...one, name: "CallboardRowsTable" } : one,
  );
  expect(namesOf({ ...production, resources })).not.toEqual(namesOf(production));
}, 300_000);
