import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { usualCalls } from "./costs.fixture.ts";
import { lossesOf } from "./process.fixture.ts";
import { inLanes, rehearse, someOf } from "./rehearse.fixture.ts";
import { unlikeUseCases } from "./use-cases.fixture.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it.each(unlikeUseCases(1))(
  "survives each call that fails, and each answer that is lost: $name",
  async (useCase) => {
    const faults = someOf(lossesOf(usualCalls(useCase)), 1);
    const rehearsals = await inLanes(faults, (fault) => rehearse(engine, useCase, { fault }));
    expect(rehearsals.flatMap((rehearsal) => rehearsal.problems)).toEqual([]);
  },
  60_000,
);
