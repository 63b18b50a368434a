import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynoxide.ts";
import type { Process } from "./process.fixture.ts";
import { inLanes, rehearse } from "./rehearse.fixture.ts";
import { useCases } from "./use-cases.fixture.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** Written anew by `CALLBOARD_WRITE_COSTS=1`; the benchmark puts prices to it. */
const costs = new URL("./costs.json", import.meta.url);

/** The calls of a process in their order: `GetItem PostToConnection×2`. */
function written({ calls }: Process): string {
  const runs: { operation: string; count: number }[] = [];
  for (const { operation } of calls) {
    const last = runs.at(-1);
    if (last?.operation === operation) last.count++;
    else runs.push({ operation, count: 1 });
  }
  return runs.map(({ operation, count }) => (count === 1 ? operation : `${operation}×${count}`)).join(" ");
}

/** What an invocation costs: its AWS calls, and the request units of DynamoDB that they take. */
const costOf = (process: Process) => ({ calls: written(process), ...process.units });

it("makes these AWS calls at this cost, and no others", async () => {
  const rehearsals = await inLanes(useCases, (useCase) => rehearse(engine, useCase));
  const made = useCases.map(({ name, of }, i) => [
    name,
    { invocation: of.join(" "), ...costOf(rehearsals[i]!.disturbed!) },
  ]);
  if (process.env.CALLBOARD_WRITE_COSTS)
    writeFileSync(costs, `${JSON.stringify(Object.fromEntries(made), null, 2)}\n`);
  expect(Object.fromEntries(made)).toEqual(JSON.parse(readFileSync(costs, "utf8")));
}, 120_000);

it("hands an answer over in the fewest calls", async () => {
  const reply = useCases.find(({ name }) => name === "a reply: pick")!;
  const { processes } = await rehearse(engine, reply);
  expect(processes.slice(0, 2).map((process) => [process.name, written(process)])).toEqual([
    ["socket", "GetItem SendMessageBatch TransactWriteItems PutEvents"],
    ["relay", "BatchGetItem SendTaskSuccess SendMessageBatch TransactWriteItems PutEvents"],
  ]);
});
