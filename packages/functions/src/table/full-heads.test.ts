import { itemsOf, memoryStage, metaOf, propose, publishOn, version } from "@callboard/core/testing";
import { limits, type ProgressReported, workChannel } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fields } from "../aws/json/service.ts";
import { systemClock } from "../aws/machine.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { dynamoHeadStore } from "./dynamo-head-store.ts";
import type { Table } from "./table.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const subject = "job/nightly";
const work = workChannel(subject);

/** A subject in a real table, and the actions of every write that was made of it. */
async function nightly() {
  const writes: number[] = [];
  const table: Table = {
    name: await engine.createTable(),
    clock: systemClock,
    dynamodb: {
      ...engine.dynamodb,
      call(target, input: Fields) {
        if (target.endsWith(".PutItem")) writes.push(1);
        if (target.endsWith(".TransactWriteItems")) writes.push((input.TransactItems as unknown[]).length);
        return engine.dynamodb.call(target, input);
      },
    },
  };
  const stage = memoryStage({ heads: dynamoHeadStore(table) });
  const report = (run: number, step: string, more: Partial<ProgressReported> = {}) => {
    const execution = `arn:aws:states:us-east-1:000000000000:execution:nightly:run-${run}`;
    const detail = { subject, step, state: "succeeded", at: stage.now(), ...more } as const;
    return stage.app.progress.report(detail, { ...stage.envelope(), execution });
  };
  return { ...stage, report, writes };
}

/** More than a subject's channels hold. */
const executions = 66;

it.each([
  ["too large for a head", 1500],
  ["of every size", undefined],
])(
  "keeps a subject within a transaction's bounds whose values are %s, though it makes room all the time",
  async (_, size) => {
    const stage = await nightly();
    const owners = Array.from({ length: 20 }, (_, n) => `user/somebody-with-a-long-name-${n}` as const);
    await stage.report(0, "s0", { owners });
    for (let run = 1; run <= executions; run++) {
      const sizes = [0, 20, 900, 1100, 9000];
      for (let step = 0; step < 8; step++) {
        const text = "x".repeat(size ?? sizes[(run + step) % sizes.length] ?? 0);
        await stage.report(run, `s${step}`, { data: { text } });
      }
      stage.pass(60_000);
    }
    const { keys, bytes } = (await metaOf(stage.ports, work))!;
    expect(keys).toBeLessThanOrEqual(limits.channelKeys);
    expect(bytes).toBeLessThanOrEqual(limits.channelBytes);
    expect(Math.max(...stage.writes)).toBeGreaterThan(10);
    const live = (await itemsOf(stage.ports, work)).filter(({ value }) => value !== null);
    expect(live).toHaveLength(keys);
    for (let step = 0; step < 8; step++)
      expect(live.map(({ key }) => key)).toContain(`step/nightly:run-${executions}/s${step}`);
    expect(live.map(({ key }) => key)).not.toContain("step/nightly:run-1/s0");
  },
);

it("makes room for many large values in several transactions", async () => {
  const stage = await nightly();
  const proposed = (from: number, count: number, value: unknown) =>
    Array.from({ length: count }, (_, n) => propose(`step/-/s${from + n}`, value, version(1), 1));
  for (let from = 0; from < 500; from += 50)
    await publishOn(stage.ports, work, proposed(from, 50, { state: "succeeded" }));
  const before = stage.writes.length;
  const large = { state: "started", data: "x".repeat(16_000) };
  expect(await publishOn(stage.ports, work, proposed(1000, 16, large))).toEqual({ outcome: "published" });
  expect(stage.writes.length).toBeGreaterThan(before);
  const live = (await itemsOf(stage.ports, work)).filter(({ value }) => value !== null);
  expect(live.filter(({ key }) => key.startsWith("step/-/s10"))).toHaveLength(16);
});
