import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { StoreFailure } from "../store/store.ts";
import { only, recorder, stage, waitForToken } from "../testing/states-stage.ts";
import { Execution } from "./execution.ts";
import { Cancelled } from "./failure.ts";
import { ROOT } from "./projection.ts";
import { readRecords } from "./rows.ts";

const executionArn = "arn:aws:states:us-east-1:000000000000:execution:machine:one";

const start = {
  executionArn,
  name: "one",
  stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
  stateMachineName: "machine",
  roleArn: "arn:aws:iam::000000000000:role/test",
  definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
  machineUpdatedAt: 0,
  input: "{}",
  startedAt: 0,
};

function begun() {
  const [store, clock] = [memoryStore(), virtualClock()];
  const execution = Execution.start(start, store, clock);
  const root = execution.projection.flows.get(ROOT)!;
  const stored = () =>
    readRecords(store, executionArn).map((record) =>
      record.kind === "event" ? record.event.type : record.kind,
    );
  return { store, clock, execution, root, stored };
}

it("makes one commit of everything in one turn, however many promises there are", async () => {
  const { store, execution, root, stored } = begun();
  for (let step = 0; step < 20; step++) await Promise.resolve();
  execution.write(root, "PassStateEntered", { name: "A", input: "{}" });
  for (let step = 0; step < 20; step++) await Promise.resolve();
  execution.write(root, "PassStateExited", { name: "A", output: "{}" });
  await execution.commit();
  expect(store.commits()).toBe(1);
  expect(stored()).toEqual(["start", "ExecutionStarted", "PassStateEntered", "PassStateExited"]);
});

it("tries the same records again until there is space, together with newer ones, without gaps", async () => {
  const { store, clock, execution, root, stored } = begun();
  await execution.commit();
  store.fail("the disk is full");
  execution.write(root, "PassStateEntered", { name: "A", input: "{}" });
  const waiting = execution.written();
  await expect(execution.commit()).rejects.toThrow(new StoreFailure("the disk is full"));
  execution.write(root, "PassStateExited", { name: "A", output: "{}" });
  await clock.advance(60_000);
  expect(stored()).toEqual(["start", "ExecutionStarted"]);
  store.fail(undefined);
  await clock.advance(5_000);
  await waiting;
  expect(stored()).toEqual(["start", "ExecutionStarted", "PassStateEntered", "PassStateExited"]);
});

it("tries at once when a caller asks, and reports each failure to the callers", async () => {
  const { store, execution, root, stored } = begun();
  await execution.commit();
  store.fail("the disk is full");
  execution.write(root, "PassStateEntered", { name: "A", input: "{}" });
  await expect(execution.commit()).rejects.toThrow("the disk is full");
  await expect(execution.commit()).rejects.toThrow("the disk is full");
  store.fail(undefined);
  await execution.commit();
  expect(stored()).toHaveLength(3);
});

it("writes records that may be lost with the next ones, and never without earlier ones", async () => {
  const { store, execution, root, stored } = begun();
  await execution.commit();
  execution.write(root, "PassStateEntered", { name: "A", input: "{}" }, { mayBeLost: true });
  await execution.commit();
  expect(store.commits()).toBe(1);
  expect(stored()).toHaveLength(2);
  execution.write(root, "PassStateExited", { name: "A", output: "{}" });
  await execution.commit();
  expect(stored()).toHaveLength(4);

  store.fail("the disk is full");
  execution.end("ABORTED", {}, 0);
  await expect(execution.commit()).rejects.toThrow("the disk is full");
  store.fail(undefined);
  await execution.commit();
  expect(stored()).toHaveLength(5);
});

it("ends all waits for the disk when it is halted, and writes what it can when it is closed", async () => {
  const { store, execution, stored } = begun();
  store.fail("the disk is full");
  const waiting = execution.written();
  execution.halt();
  await expect(waiting).rejects.toThrow(Cancelled);
  await expect(execution.written()).rejects.toThrow(Cancelled);
  store.fail(undefined);
  await execution.close();
  expect(stored()).toEqual(["start", "ExecutionStarted"]);
});

it("adds nothing to the history after the end", () => {
  const { execution, root } = begun();
  execution.end("ABORTED", {}, 0);
  execution.end("FAILED", {}, 0);
  expect(() => execution.write(root, "PassStateEntered", { name: "A", input: "{}" })).toThrow(Cancelled);
  expect(execution.projection.history.map((event) => event.type)).toEqual([
    "ExecutionStarted",
    "ExecutionAborted",
  ]);
});

it("keeps the last of many heartbeats in the place of the one before", async () => {
  const store = memoryStore();
  const ask = recorder();
  const { start: startOne, operations, clock } = stage({ ask: ask.service }, { store });
  const arn = await startOne(only(waitForToken({ HeartbeatSeconds: 10 })));
  const taskToken = await ask.token();
  await operations.SendTaskHeartbeat({ taskToken });
  const before = readRecords(store, arn).length;
  for (let beat = 0; beat < 20; beat++) {
    await clock.advance(9_000);
    await operations.SendTaskHeartbeat({ taskToken });
  }
  expect(readRecords(store, arn).length).toBe(before);
  const again = stage({ ask: ask.service }, { store: store.fork(), clock: virtualClock(clock.now()) });
  await again.states.resume();
  await again.clock.advance(9_999);
  expect(await again.status(arn)).toBe("RUNNING");
  await again.operations.SendTaskSuccess({ taskToken, output: "1" });
  expect(await again.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
});
