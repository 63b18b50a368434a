import { expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import type { Key, View } from "../store/store.ts";
import { only, recorder, stage, waitForToken } from "../testing/states-stage.ts";
import { spareExecution } from "./index.ts";
import { executionKey, recordKey } from "./rows.ts";

async function oneOfEach() {
  const store = memoryStore();
  const ask = recorder();
  const current = stage({ ask: ask.service }, { store });
  const running = await current.start(only(waitForToken()));
  await ask.token();
  const ended = await current.start(only({ Type: "Pass", End: true }), {}, "one");
  await current.ended(ended);
  await store.write([]);
  return { ...current, store, running, over: ended };
}

/** A view in which records of some keys cannot be read. */
const damaged = (view: View, ...keys: readonly Key[]): View => ({
  ...view,
  get: (key) => {
    if (keys.some((one) => one.join() === key.join())) throw new SyntaxError("not JSON");
    return view.get(key);
  },
});

it("allows setting aside an ended execution for any damaged record of it", async () => {
  const { store, over } = await oneOfEach();
  const all = executionKey(over);
  expect(spareExecution(recordKey(over, 0), store)).toEqual(all);
  expect(spareExecution(recordKey(over, 3), store)).toEqual(all);
  expect(spareExecution(all, damaged(store, all))).toEqual(all);
  expect(spareExecution(recordKey(over, 3), damaged(store, all))).toEqual(all);
});

it("allows setting aside nothing that runs, no machine and no index", async () => {
  const { store, running } = await oneOfEach();
  const all = executionKey(running);
  expect(spareExecution(recordKey(running, 1), store)).toBeUndefined();
  expect(spareExecution(all, damaged(store, all))).toBeUndefined();
  expect(spareExecution(recordKey(running, 1), damaged(store, all))).toBeUndefined();
  const others = [...store.list({ prefix: ["states"] })]
    .map(([key]) => key)
    .filter(([, kind]) => kind !== "execution");
  expect(new Set(others.map(([, kind]) => kind))).toEqual(new Set(["machine", "open", "started", "ended"]));
  for (const key of others) expect(spareExecution(key, store)).toBeUndefined();
  expect(spareExecution(["bus", "execution", "arn"], store)).toBeUndefined();
});

it("continues without records that were set aside, and uses the name again", async () => {
  const { store, over, running, clock, states } = await oneOfEach();
  const prefix = spareExecution(recordKey(over, 3), store)!;
  await store.write([...store.list({ prefix })].map(([key]) => [key, undefined]));
  await states.close();
  await clock.advance(1_000);
  const { operations, states: next } = stage({}, { store, clock, retentionMs: 60_000 });
  await next.resume();
  const { stateMachines } = await operations.ListStateMachines({});
  const stateMachineArn = stateMachines.at(-1)?.stateMachineArn;
  const names = async () =>
    (await operations.ListExecutions({ stateMachineArn })).executions.map(({ name }) => name);
  expect(await names()).toEqual([]);
  await expect(operations.DescribeExecution({ executionArn: over })).rejects.toMatchObject({
    code: "ExecutionDoesNotExist",
  });
  expect(await operations.StartExecution({ stateMachineArn, name: "one" })).toMatchObject({
    executionArn: over,
  });
  await clock.advance(0);
  expect(await names()).toEqual(["one"]);
  // The rest of the first one is deleted at its time, and nothing of the second with it.
  await clock.advance(59_500);
  expect([...store.list({ prefix: ["states", "ended"] })].map(([key]) => key[3])).toEqual([over]);
  expect(await operations.DescribeExecution({ executionArn: over })).toMatchObject({ status: "SUCCEEDED" });
  await clock.advance(60_000);
  const left = [...store.list({ prefix: ["states"] })].map(([key]) => key);
  expect(left.filter((key) => key.includes(over))).toEqual([]);
  expect(await operations.DescribeExecution({ executionArn: running })).toMatchObject({ status: "RUNNING" });
});
