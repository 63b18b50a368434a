import fc from "fast-check";
import { it } from "vitest";
import { runs } from "../testing/runs.ts";
import { deliveries } from "./testing/model-bus.ts";
import { peopleCommands } from "./testing/model-people.ts";
import { settle } from "./testing/model-quiet.ts";
import { newModel } from "./testing/model-state.ts";
import { workflows } from "./testing/model-workflow.ts";
import { makeWorld } from "./testing/model-world.ts";

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
