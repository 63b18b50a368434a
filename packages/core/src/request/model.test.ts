import fc from "fast-check";
import { it } from "vitest";
import { runs } from "../testing/runs.ts";
import { deliveries } from "./model-bus.fixture.ts";
import { peopleCommands } from "./model-people.fixture.ts";
import { settle } from "./model-quiet.fixture.ts";
import { newModel } from "./model-state.fixture.ts";
import { workflows } from "./model-workflow.fixture.ts";
import { makeWorld } from "./model-world.fixture.ts";

const happenings = [...workflows, ...peopleCommands, ...deliveries];

it("keeps its guarantees for any order of events, lost or repeated", {
  timeout: 60_000 + runs(0) * 200,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(happenings, { maxCommands: 40, size: "max" }), async (commands) => {
      const world = await makeWorld();
      const model = newModel(world.now());
      await fc.asyncModelRun(() => ({ model, real: world }), commands);
      await settle(model, world);
    }),
    { numRuns: runs(150) },
  );
});
