import { days } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { stillClock } from "../testing/still-clock.ts";
import { dynamoHistoryStore } from "./dynamo-history-store.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it("keeps a row for the configured time after it was written, and hides it then although it still exists", async () => {
  const clock = stillClock();
  const name = await engine.createTable();
  const history = dynamoHistoryStore({ name, dynamodb: engine.dynamodb, clock, retentionDays: 2 });
  const rowAt = (at: number) => ({
    id: `${String(at).padStart(16, "0")}.a`,
    at,
    happened: { what: "progress", step: "mp4", state: "started" } as const,
  });
  // Its producer reports it late.
  const [late, next] = [rowAt(clock.now() - days(30)), rowAt(clock.now() + days(1))];
  await history.add("video/v_1", [late]);
  await clock.wait(days(1));
  await history.add("video/v_1", [next]);
  await clock.wait(days(1) - 1);
  expect((await history.page("video/v_1", 5)).rows).toEqual([next, late]);
  await clock.wait(1);
  expect(await history.page("video/v_1", 1)).toEqual({ rows: [next], more: false });
  await clock.wait(days(1));
  expect(await history.page("video/v_1", 5)).toEqual({ rows: [], more: false });
});
