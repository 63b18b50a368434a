import { expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import { StoreFailure } from "../store/store.ts";
import { only, recorder, stage, task, waitForToken } from "../testing/states-stage.ts";
import { settled } from "../testing/watched-store.ts";

const FULL = "no space left on device";
const unavailable = { code: "ServiceUnavailable", status: 503 };

it("refuses a start while the disk is full, runs nothing of it, and starts it at a later request", async () => {
  const store = memoryStore();
  const ask = recorder();
  const told: string[] = [];
  const { operations, start, clock, states } = stage(
    { ask: ask.service },
    { store, onStatusChange: ({ detail }) => void told.push(`${detail.name} ${detail.status}`) },
  );
  const first = await start(only(waitForToken()), {}, "first");
  const { stateMachineArn } = await operations.DescribeExecution({ executionArn: first });
  await clock.advance(0);
  store.fail(FULL);
  const again = () => operations.StartExecution({ stateMachineArn, name: "again", input: "{}" });
  await expect(again()).rejects.toMatchObject(unavailable);
  await clock.advance(60_000);
  await expect(again()).rejects.toMatchObject(unavailable);
  store.fail(undefined);
  await clock.advance(60_000);
  expect([ask.calls.length, told]).toEqual([1, ["first RUNNING"]]);
  const { executionArn } = await again();
  await operations.SendTaskSuccess({ taskToken: await ask.token(2), output: "1" });
  await clock.advance(0);
  expect(await operations.DescribeExecution({ executionArn })).toMatchObject({ status: "SUCCEEDED" });
  expect(told).toEqual(["first RUNNING", "again RUNNING", "again SUCCEEDED"]);
  await states.close();
  const left = await settled(store);
  expect([...left.list({ prefix: ["states", "open"] })].map(([key]) => key[2])).toEqual([first]);
});

it.each(["the sender", "time alone"])(
  "accepts an answer once although the disk was full when it came, retried by %s",
  async (by) => {
    const store = memoryStore();
    const ask = recorder();
    const work = recorder();
    const { operations, start, clock, status, history } = stage(
      { ask: ask.service, work: work.service },
      { store },
    );
    const executionArn = await start({
      StartAt: "Ask",
      States: { Ask: { ...waitForToken(), End: undefined, Next: "Work" }, Work: task("work") },
    });
    const taskToken = await ask.token();
    await clock.advance(0);
    store.fail(FULL);
    const answer = (output: string) => operations.SendTaskSuccess({ taskToken, output });
    await expect(answer('"yes"')).rejects.toMatchObject(unavailable);
    await expect(answer('"yes"')).rejects.toMatchObject(unavailable);
    await expect(answer('"no"')).rejects.toMatchObject(unavailable);
    await clock.advance(60_000);
    expect([await status(executionArn), work.calls.length]).toEqual(["RUNNING", 0]);
    store.fail(undefined);
    if (by === "time alone") {
      await clock.advance(5_000);
      expect(await status(executionArn)).toBe("SUCCEEDED");
    }
    await expect(answer('"no"')).rejects.toMatchObject({ code: "TaskTimedOut" });
    expect(await answer('"yes"')).toEqual({});
    await expect(answer('"yes"')).rejects.toMatchObject({ code: "TaskTimedOut" });
    await clock.advance(0);
    expect(await status(executionArn)).toBe("SUCCEEDED");
    expect(work.calls.map((call) => call.arguments)).toEqual(["yes"]);
    const ids = (await history(executionArn)).map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, at) => at + 1));
  },
);

it("neither loses nor repeats a step of executions that ran when the disk was full", async () => {
  const store = memoryStore();
  const work = recorder((_, nth) => nth);
  const { start, clock, ended, types, operations } = stage({ work: work.service }, { store });
  const executionArn = await start({
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", Seconds: 10, Next: "A" },
      A: { ...task("work"), End: undefined, Next: "B" },
      B: task("work"),
    },
  });
  await clock.advance(0);
  store.fail(FULL);
  await clock.advance(600_000);
  expect(work.calls).toHaveLength(0);
  await expect(operations.StopExecution({ executionArn: `${executionArn}-not` })).rejects.toMatchObject({
    code: "ExecutionDoesNotExist",
  });
  store.fail(undefined);
  await clock.advance(5_000);
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: 2 });
  const seen = await types(executionArn);
  expect(seen.filter((type) => type === "TaskScheduled")).toHaveLength(2);
  expect(work.calls).toHaveLength(2);
});

it("stops an execution once, although the request came while the disk was full", async () => {
  const store = memoryStore();
  const { start, clock, ended, operations, types } = stage({}, { store });
  const executionArn = await start(only({ Type: "Wait", Seconds: 1_000, End: true }));
  store.fail(FULL);
  const stop = () => operations.StopExecution({ executionArn, error: "Stopped" });
  await expect(stop()).rejects.toMatchObject(unavailable);
  await clock.advance(1_000);
  await expect(stop()).rejects.toMatchObject(unavailable);
  store.fail(undefined);
  expect(await stop()).toEqual({ stopDate: (clock.now() - 1_000) / 1_000 });
  expect(await ended(executionArn)).toMatchObject({ status: "ABORTED", error: "Stopped" });
  expect((await types(executionArn)).filter((type) => type === "ExecutionAborted")).toHaveLength(1);
});

it("redrives nothing while the disk is full, and continues from the same end when there is space", async () => {
  const store = memoryStore();
  const work = recorder((_, nth) => {
    if (nth === 1) throw new Error("no");
    return "done";
  });
  const { start, ended, operations, types } = stage({ work: work.service }, { store });
  const executionArn = await start(only(task("work")));
  await ended(executionArn);
  store.fail(FULL);
  await expect(operations.RedriveExecution({ executionArn })).rejects.toMatchObject(unavailable);
  store.fail(undefined);
  expect(await operations.DescribeExecution({ executionArn })).toMatchObject({ redriveCount: 0 });
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: "done" });
  expect((await types(executionArn)).filter((type) => type === "ExecutionRedriven")).toHaveLength(1);
});

it("creates no machine while the disk is full, and changes and deletes none", async () => {
  const store = memoryStore();
  const { operations, start } = stage({}, { store });
  await start(only({ Type: "Pass", End: true }));
  const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:machine-1";
  const definition = JSON.stringify(only({ Type: "Succeed" }));
  const make = () => operations.CreateStateMachine({ name: "new", roleArn: "role", definition });
  const before = await operations.DescribeStateMachine({ stateMachineArn });
  store.fail(FULL);
  await expect(make()).rejects.toMatchObject(unavailable);
  await expect(operations.UpdateStateMachine({ stateMachineArn, definition })).rejects.toMatchObject(
    unavailable,
  );
  await expect(operations.DeleteStateMachine({ stateMachineArn })).rejects.toMatchObject(unavailable);
  expect(await operations.DescribeStateMachine({ stateMachineArn })).toEqual(before);
  store.fail(undefined);
  await make();
  expect((await operations.ListStateMachines({})).stateMachines).toHaveLength(2);
});

it("repeats the call of a service that could not write, until it can or the task is over", async () => {
  let isFull = true;
  const work = recorder(() => {
    if (isFull) throw new StoreFailure(FULL);
    return "done";
  });
  const { start, clock, ended, status } = stage({ work: work.service });
  const patient = await start(only(task("work")));
  const short = await start(only(task("work", { TimeoutSeconds: 30 })));
  await clock.advance(60_000);
  expect(await status(patient)).toBe("RUNNING");
  expect(await ended(short)).toEqual({ status: "FAILED", error: "States.Timeout" });
  expect(work.calls.length).toBeLessThan(40);
  isFull = false;
  await clock.advance(5_000);
  expect(await ended(patient)).toEqual({ status: "SUCCEEDED", output: "done" });
});

it("continues after a kill while the disk was full from the last step on the disk", async () => {
  const store = memoryStore();
  const ask = recorder();
  const before = stage({ ask: ask.service }, { store });
  const executionArn = await before.start(only(waitForToken()));
  const taskToken = await ask.token();
  store.fail(FULL);
  await expect(before.operations.SendTaskSuccess({ taskToken, output: "1" })).rejects.toMatchObject(
    unavailable,
  );
  const after = stage({ ask: ask.service }, { store: store.fork(), clock: before.clock });
  await after.states.resume();
  await after.operations.SendTaskSuccess({ taskToken, output: "2" });
  expect(await after.ended(executionArn)).toEqual({ status: "SUCCEEDED", output: 2 });
});

it("closes while the disk is full, and loses nothing that it acknowledged", async () => {
  const store = memoryStore();
  const ask = recorder();
  const before = stage({ ask: ask.service }, { store, onStatusChange: () => {} });
  const executionArn = await before.start(only(waitForToken()));
  const taskToken = await ask.token();
  store.fail(FULL);
  await expect(before.operations.SendTaskSuccess({ taskToken, output: "1" })).rejects.toMatchObject(
    unavailable,
  );
  await before.states.close();
  store.fail(undefined);
  const after = stage({ ask: ask.service }, { store, clock: before.clock });
  await after.states.resume();
  await after.operations.SendTaskSuccess({ taskToken, output: "2" });
  expect(await after.ended(executionArn)).toEqual({ status: "SUCCEEDED", output: 2 });
});
