import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { only, recorder, stage, until, waitForToken } from "../testing/states-stage.ts";
import type { StatusChangeEvent } from "./index.ts";

it("reports an execution's start and its end, with AWS's event", async () => {
  const events: StatusChangeEvent[] = [];
  const { clock, start, ended } = stage({}, { onStatusChange: (event) => void events.push(event) });
  const execution = await start(only({ Type: "Fail", Error: "E", Cause: "C" }), { a: 1 }, "one");
  await ended(execution);
  await until(() => events.length === 2 || undefined);
  expect(events.map((event) => event.detail.status)).toEqual(["RUNNING", "FAILED"]);
  expect(events[1]).toEqual({
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    resources: [execution],
    detail: {
      executionArn: execution,
      stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine-1",
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: "one",
      status: "FAILED",
      startDate: clock.now(),
      stopDate: clock.now(),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: "E",
      cause: "C",
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "REDRIVABLE",
      redriveStatusReason: null,
    },
  });
});

it("reports again when reporting failed, and continues meanwhile", async () => {
  const told: string[] = [];
  let fails = 3;
  const { clock, start, ended } = stage(
    {},
    {
      onStatusChange: async ({ detail }) => {
        if (fails-- > 0) throw new Error("not now");
        told.push(detail.status);
      },
    },
  );
  const execution = await start(only({ Type: "Pass", End: true }));
  await ended(execution);
  await clock.advance(60_000);
  expect(told).toEqual(["RUNNING", "SUCCEEDED"]);
});

it("reports after a kill only what was not reported", async () => {
  const store = memoryStore();
  const ask = recorder();
  const first: string[] = [];
  const before = stage(
    { ask: ask.service },
    {
      store,
      onStatusChange: ({ detail }) => {
        first.push(detail.status);
        return detail.status === "RUNNING" ? undefined : new Promise(() => {});
      },
    },
  );
  const execution = await before.start(only(waitForToken()));
  const taskToken = await ask.token();
  await until(() => first.length === 1 || undefined);
  await before.operations.SendTaskSuccess({ taskToken, output: "1" });
  await until(() => first.length === 2 || undefined);

  const second: string[] = [];
  const after = stage(
    {},
    {
      store: store.fork(),
      clock: virtualClock(before.clock.now()),
      onStatusChange: ({ detail }) => void second.push(detail.status),
    },
  );
  await after.states.resume();
  await until(() => second.length > 0 || undefined);
  expect(second).toEqual(["SUCCEEDED"]);
  expect(await after.status(execution)).toBe("SUCCEEDED");
});

it("reports a redrive and its end, each with the redrive facts of that time", async () => {
  const events: StatusChangeEvent[] = [];
  const ask = recorder();
  const { clock, start, ended, operations } = stage(
    { ask: ask.service },
    { onStatusChange: (event) => void events.push(event) },
  );
  const executionArn = await start(only(waitForToken({ TimeoutSeconds: 1 })));
  await clock.advance(1_000);
  await ended(executionArn);
  await clock.advance(1_000);
  const redriveDate = clock.now();
  await operations.RedriveExecution({ executionArn });
  await operations.SendTaskSuccess({ taskToken: await ask.token(2), output: "1" });
  await until(() => events.length === 4 || undefined);
  const began = clock.now() - 2_000;
  expect(events.map((event) => event.detail)).toMatchObject([
    {
      status: "RUNNING",
      stopDate: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "NOT_REDRIVABLE",
    },
    {
      status: "FAILED",
      stopDate: began + 1_000,
      error: "States.Timeout",
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "REDRIVABLE",
      redriveStatusReason: null,
    },
    {
      status: "RUNNING",
      startDate: began,
      stopDate: null,
      output: null,
      error: null,
      redriveCount: 1,
      redriveDate,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
    },
    {
      status: "SUCCEEDED",
      stopDate: redriveDate,
      output: "1",
      outputDetails: { included: true },
      redriveCount: 1,
      redriveDate,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    },
  ]);
});

it("redrives while reports fail, and reports everything in order later", async () => {
  const told: unknown[] = [];
  let isDown = true;
  const { clock, start, ended, operations } = stage(
    {},
    {
      onStatusChange: async ({ detail }) => {
        if (isDown) throw new Error("not now");
        told.push([detail.status, detail.redriveCount]);
      },
    },
  );
  const executionArn = await start(only({ Type: "Fail" }));
  await ended(executionArn);
  await operations.RedriveExecution({ executionArn });
  await ended(executionArn);
  isDown = false;
  await clock.advance(60_000);
  expect(told).toEqual([
    ["RUNNING", 0],
    ["FAILED", 0],
    ["RUNNING", 1],
    ["FAILED", 1],
  ]);
});
