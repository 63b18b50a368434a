import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import type { Key, Store } from "../store/store.ts";
import { only, stage } from "../testing/states-stage.ts";

const MINUTE = 60_000;
const pass = only({ Type: "Pass", End: true });

/** What the store holds of executions. */
const rowsIn = (store: Store) =>
  [...store.list({ prefix: ["states"] })].map(([key]) => key).filter(([, kind]) => kind !== "machine");

it("deletes an execution completely at the configured time after its end", async () => {
  const store = memoryStore();
  const forgotten: string[] = [];
  const onForgotten = (arns: readonly string[]) => void forgotten.push(...arns);
  const { start, ended, status, clock, operations } = stage(
    {},
    { store, retentionMs: 10 * MINUTE, onForgotten },
  );
  const first = await start(pass, {}, "one");
  await ended(first);
  await clock.advance(10 * MINUTE);
  expect([await status(first), forgotten]).toEqual(["SUCCEEDED", []]);
  await clock.advance(1);
  await expect(status(first)).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
  await clock.advance(MINUTE);
  expect(rowsIn(store)).toEqual([]);
  expect(forgotten).toEqual([first]);
  const { stateMachineArn } = (await operations.ListStateMachines({})).stateMachines[0]!;
  const again = await operations.StartExecution({ stateMachineArn, name: "one" });
  expect(again.executionArn).toBe(first);
});

it("shows and redrives nothing after its retention, removed or not", async () => {
  const { start, ended, clock, operations } = stage({}, { retentionMs: 10 * MINUTE });
  await start(only({ Type: "Wait", Seconds: 3_600, End: true }));
  await clock.advance(9 * MINUTE + 30_000);
  const executionArn = await start(only({ Type: "Fail" }));
  await ended(executionArn);
  const { stateMachineArn } = await operations.DescribeExecution({ executionArn });
  await clock.advance(10 * MINUTE);
  expect((await operations.ListExecutions({ stateMachineArn })).executions).toHaveLength(1);
  await clock.advance(1);
  expect((await operations.ListExecutions({ stateMachineArn })).executions).toHaveLength(0);
  for (const ask of [
    operations.RedriveExecution,
    operations.GetExecutionHistory,
    operations.DescribeStateMachineForExecution,
  ]) {
    await expect(ask({ executionArn })).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
  }
});

it("removes a long history in small transactions, without reading it, and continues after a kill between them", async () => {
  const store = memoryStore();
  const before = stage({}, { store });
  const execution = await before.start({
    StartAt: "A",
    States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } },
  });
  await before.ended(execution);
  await before.states.close();
  await store.write([]);
  expect(rowsIn(store).length).toBeGreaterThan(25_000);

  const sizes: number[] = [];
  const watched = (under: MemoryStore, most: number): Store => ({
    ...under,
    commit: (decide) => {
      if (sizes.length >= most) return new Promise(() => {});
      return under.commit((view) => {
        const decision = decide({ ...view, get: (key) => view.get(notOfARecord(key)) });
        sizes.push(decision.writes.length);
        return decision;
      });
    },
  });
  const takeUp = async (from: MemoryStore, most: number) => {
    const clock = virtualClock(before.clock.now() + 91 * 86_400_000);
    const { states } = stage({}, { store: watched(from, most), clock });
    await states.resume();
    for (let turn = 0; turn < 20; turn++) await clock.advance(0);
  };
  await takeUp(store, 3);
  expect(sizes).toHaveLength(3);
  const fork = store.fork();
  await takeUp(fork, Infinity);
  expect(rowsIn(fork)).toEqual([]);
  expect(sizes.length).toBeGreaterThan(50);
  expect(Math.max(...sizes)).toBeLessThan(600);
});

function notOfARecord(key: Key): Key {
  if (key[1] === "execution" && key.length > 3) throw new Error("a history was read");
  return key;
}

it("stops reporting an end of a deleted execution", async () => {
  const store = memoryStore();
  const { start, ended, clock } = stage(
    {},
    {
      store,
      retentionMs: 10 * MINUTE,
      onStatusChange: () => {
        throw new Error("nobody listens");
      },
    },
  );
  const executionArn = await start(pass);
  await ended(executionArn);
  const other = await start(only({ Type: "Wait", Seconds: 60, End: true }));
  await clock.advance(30 * MINUTE);
  expect(rowsIn(store)).toEqual([]);
  expect(other).not.toBe(executionArn);
});

it("deletes later what it could not while the disk was full", async () => {
  const store = memoryStore();
  const { start, ended, clock } = stage({}, { store, retentionMs: 10 * MINUTE });
  await ended(await start(pass));
  store.fail("no space left on device");
  await clock.advance(30 * MINUTE);
  expect(rowsIn(store)).not.toEqual([]);
  store.fail(undefined);
  await clock.advance(2 * MINUTE);
  expect(rowsIn(store)).toEqual([]);
});

const renamed = (key: Key, from: string, to: string) =>
  key.map((part) => (part === from ? to : part)) as unknown as Key;

it("starts without reading anything of 10,000 executions that have ended", async () => {
  const seed = memoryStore();
  const before = stage({}, { store: seed });
  const model = await before.start(pass, {}, "model");
  await before.ended(model);
  await before.states.close();
  await seed.write([]);
  const store = seed.fork();
  const arns = Array.from({ length: 10_000 }, (_, nth) => `${model}-${String(nth).padStart(5, "0")}`);
  const copies = [...seed.list({ prefix: ["states"] })]
    .filter(([key]) => key.includes(model))
    // Rows in the order of their keys are written fastest.
    .flatMap(([key, value]) => arns.map((arn) => [renamed(key, model, arn), value] as const))
    .sort(([a], [b]) => (a.slice(1).join() < b.slice(1).join() ? -1 : 1));
  await store.write(copies);
  const read: string[] = [];
  const note = (key: Key) => {
    if (key[1] === "execution") read.push(key.join(" "));
  };
  const counted: Store = {
    ...store,
    get: (key) => {
      note(key);
      return store.get(key);
    },
    *list<T>(range: Parameters<Store["list"]>[0]) {
      for (const row of store.list<T>(range)) {
        note(row[0]);
        yield row;
      }
    },
  };
  const after = stage({}, { store: counted, clock: before.clock });
  await after.states.resume();
  expect(read).toEqual([]);
  const { stateMachines } = await after.operations.ListStateMachines({});
  const stateMachineArn = stateMachines[0]?.stateMachineArn;
  const listed = await after.operations.ListExecutions({ stateMachineArn, maxResults: 10 });
  expect(listed.executions.map(({ name, status }) => [name, status])).toEqual(
    Array.from({ length: 10 }, () => ["model", "SUCCEEDED"]),
  );
  expect(read.length).toBeLessThanOrEqual(11);
  const { executionArn } = await after.operations.StartExecution({ stateMachineArn });
  expect(await after.ended(executionArn)).toMatchObject({ status: "SUCCEEDED" });
});
