import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { usualCalls } from "./testing/costs.ts";
import { lossesOf } from "./testing/process.ts";
import { inLanes, rehearse, someOf } from "./testing/rehearse.ts";
import { distinctUseCases } from "./testing/use-cases.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it.each(distinctUseCases(1))(
  "loses nothing if a call fails or its answer is lost: $name",
  async (useCase) => {
    const faults = someOf(lossesOf(usualCalls(useCase)), 1);
    const rehearsals = await inLanes(faults, (fault) => rehearse(engine, useCase, { fault }));
    expect(rehearsals.flatMap((rehearsal) => rehearsal.problems)).toEqual([]);
  },
  60_000,
);
