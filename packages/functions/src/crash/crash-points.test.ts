import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { usualCalls } from "./testing/costs.ts";
import { deathsOf } from "./testing/process.ts";
import { inLanes, rehearse, someOf } from "./testing/rehearse.ts";
import { useCases } from "./testing/use-cases.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it.each(useCases)(
  "loses nothing and does nothing twice if a process dies at any AWS call: $name",
  async (useCase) => {
    const deaths = deathsOf(usualCalls(useCase));
    expect(deaths.length).toBeGreaterThan(0);
    // A use case with the same AWS calls as another needs fewer faults.
    const faults = someOf(deaths, useCase.alike ? 1 : 2);
    const rehearsals = await inLanes(faults, (fault) => rehearse(engine, useCase, { fault }));
    expect(rehearsals.flatMap((rehearsal) => rehearsal.problems)).toEqual([]);
  },
  60_000,
);
