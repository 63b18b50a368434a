import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { deathsOf } from "./testing/process.ts";
import { inLanes, rehearse, someOf } from "./testing/rehearse.ts";
import { distinctUseCases } from "./testing/use-cases.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it.each(distinctUseCases(0))(
  "loses nothing on a bus that shuffles and repeats events, with late indexes and lost answers: $name",
  async (useCase) => {
    const unreliable = { unreliable: useCase.seed };
    const { disturbed, problems } = await rehearse(engine, useCase, unreliable);
    expect(problems).toEqual([]);
    const deaths = deathsOf(disturbed?.calls ?? []).filter(({ what }) => what === "dies after");
    const faults = someOf(deaths, 1, useCase.seed);
    const rehearsals = await inLanes(faults, (fault) => rehearse(engine, useCase, { ...unreliable, fault }));
    expect(rehearsals.flatMap((rehearsal) => rehearsal.problems)).toEqual([]);
  },
  60_000,
);
