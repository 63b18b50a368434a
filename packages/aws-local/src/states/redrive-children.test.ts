import { expect, it } from "vitest";
import { fragile, only, recorder, stage, task, until, waitForToken } from "../testing/states-stage.ts";
import { TaskFailure } from "./index.ts";

it("runs only those branches again that failed or were aborted", async () => {
  const work = fragile();
  const echo = recorder((call) => call.arguments);
  const ask = recorder();
  const { start, ended, operations, types, clock } = stage({
    work: work.service,
    echo: echo.service,
    ask: ask.service,
  });
  const executionArn = await start(
    only({
      Type: "Parallel",
      Branches: [
        only(task("echo")),
        {
          StartAt: "Pause",
          States: { Pause: { Type: "Wait", Seconds: 1, Next: "Work" }, Work: task("work") },
        },
        only(waitForToken()),
      ],
      Retry: [{ ErrorEquals: ["Other"] }],
      End: true,
    }),
    { a: 1 },
  );
  await clock.advance(1_000);
  expect(await ended(executionArn)).toMatchObject({ error: "Boom" });
  const old = await ask.token(1);
  work.repair();
  await operations.RedriveExecution({ executionArn });
  const fresh = await ask.token(2);
  expect(fresh).not.toBe(old);
  await expect(operations.SendTaskSuccess({ taskToken: old, output: "1" })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
  await operations.SendTaskSuccess({ taskToken: fresh, output: '"answer"' });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: [{ a: 1 }, { a: 1 }, "answer"] });
  expect(echo.calls).toHaveLength(1);
  const all = await types(executionArn);
  expect(all.filter((type) => type === "WaitStateEntered")).toHaveLength(1);
  expect(all.filter((type) => type === "ParallelStateStarted")).toHaveLength(1);
});

it("runs only those iterations again that failed, were aborted or had not begun", async () => {
  let isMended = false;
  const seen: unknown[] = [];
  const work = recorder((call) => {
    seen.push(call.arguments);
    if (!isMended && call.arguments === 2) throw new TaskFailure("Boom", "two");
    return (call.arguments as number) * 10;
  });
  const { start, ended, operations } = stage({ work: work.service });
  const executionArn = await start(
    only({ Type: "Map", MaxConcurrency: 1, ItemProcessor: only(task("work")), End: true }),
    [1, 2, 3],
  );
  expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "Boom" });
  expect(seen).toEqual([1, 2]);
  isMended = true;
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: [10, 20, 30] });
  expect(seen).toEqual([1, 2, 2, 3]);
});

it("runs an iteration again whose failure was tolerated, if its Map was aborted", async () => {
  const work = recorder((call) => {
    if (call.arguments === 1 && work.calls.length <= 2) throw new TaskFailure("Boom", "one");
    if (call.arguments === 2 && work.calls.length <= 2) return new Promise(() => {});
    return call.arguments;
  });
  const { start, ended, operations, types } = stage({ work: work.service });
  const ItemProcessor = only(task("work"));
  const executionArn = await start(
    only({ Type: "Map", ToleratedFailureCount: 1, ItemProcessor, End: true }),
    [1, 2],
  );
  await until(async () => (await types(executionArn)).includes("MapIterationFailed") || undefined);
  await operations.StopExecution({ executionArn });
  await ended(executionArn);
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: [1, 2] });
});

it("continues inside a Map inside a Parallel, with the retries of both from zero", async () => {
  const work = fragile();
  const echo = recorder((call) => call.arguments);
  const { start, ended, operations, clock } = stage({ work: work.service, echo: echo.service });
  const Retry = [{ ErrorEquals: ["Boom"], MaxAttempts: 1 }];
  const executionArn = await start(
    only({
      Type: "Parallel",
      Retry,
      Branches: [
        only({
          Type: "Map",
          ItemProcessor: {
            StartAt: "First",
            States: { First: { ...task("echo"), End: undefined, Next: "Then" }, Then: task("work") },
          },
          End: true,
        }),
      ],
      End: true,
    }),
    ["x"],
  );
  await clock.advance(10_000);
  expect(await ended(executionArn)).toMatchObject({ error: "Boom" });
  expect([echo.calls.length, work.calls.length]).toEqual([2, 2]);
  work.repair();
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: [["x"]] });
  expect([echo.calls.length, work.calls.length]).toEqual([2, 3]);
});

it("keeps all branches that succeeded when only their state's exit failed", async () => {
  const echo = recorder((call) => call.arguments);
  const { start, ended, operations } = stage({ echo: echo.service });
  const executionArn = await start(
    only({
      Type: "Parallel",
      QueryLanguage: "JSONata",
      Branches: [only(task("echo"))],
      Output: "{% $states.context.Execution.RedriveTime & $string($states.result[0].a) %}",
      Assign: { redriven: "{% $states.context.Execution.RedriveTime %}" },
      End: true,
    }),
    { a: 1 },
  );
  expect(await ended(executionArn)).toMatchObject({ error: "States.QueryEvaluationError" });
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED" });
  expect(echo.calls).toHaveLength(1);
});

it("runs a Parallel again as a whole when its results were too large together", async () => {
  const work = recorder((_, nth) => "x".repeat(nth <= 2 ? 200_000 : 10));
  const { start, ended, operations } = stage({ work: work.service });
  const executionArn = await start(
    only({ Type: "Parallel", Branches: [only(task("work")), only(task("work"))], End: true }),
  );
  expect(await ended(executionArn)).toMatchObject({ error: "States.DataLimitExceeded" });
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({
    status: "SUCCEEDED",
    output: ["x".repeat(10), "x".repeat(10)],
  });
  expect(work.calls).toHaveLength(4);
});
