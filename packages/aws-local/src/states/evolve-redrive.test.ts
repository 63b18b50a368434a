import { expect, it } from "vitest";
import { fragile, only, recorder, stage, task, waitForToken } from "../testing/states-stage.ts";
import { TaskFailure } from "./index.ts";

const counting = { redriveCount: "{% $states.context.Execution.RedriveCount %}" };

it("runs a failed task again, and nothing before it", async () => {
  const work = fragile();
  const echo = recorder((call) => call.arguments);
  const { start, ended, operations, types } = stage({ work: work.service, echo: echo.service });
  const executionArn = await start(
    {
      StartAt: "Before",
      States: {
        Before: { ...task("echo"), End: undefined, Next: "Work" },
        Work: { ...task("work"), End: undefined, Next: "After" },
        After: task("echo"),
      },
    },
    { a: 1 },
  );
  expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "Boom" });
  const before = await types(executionArn);
  work.repair();
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: { a: 1 } });
  expect(echo.calls.map((call) => call.stateName)).toEqual(["Before", "After"]);
  expect((await types(executionArn)).slice(before.length)).toEqual([
    "ExecutionRedriven",
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskStateExited",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
});

it("links the history from the end over the redrive to the states that run again", async () => {
  const { start, ended, operations, history } = stage();
  const executionArn = await start(only({ Type: "Fail", Error: "E" }));
  await ended(executionArn);
  await operations.RedriveExecution({ executionArn });
  await ended(executionArn);
  const events = await history(executionArn);
  expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
    [1, 0, "ExecutionStarted"],
    [2, 0, "FailStateEntered"],
    [3, 2, "ExecutionFailed"],
    [4, 3, "ExecutionRedriven"],
    [5, 4, "FailStateEntered"],
    [6, 5, "ExecutionFailed"],
  ]);
  expect(events[3]).toMatchObject({ executionRedrivenEventDetails: { redriveCount: 1 } });
});

it("enters a Fail state again and fails again, as often as it is redriven", async () => {
  const { start, ended, operations, types, clock } = stage();
  const executionArn = await start(only({ Type: "Fail", Error: "E", Cause: "C" }));
  for (const redriveCount of [1, 2]) {
    await ended(executionArn);
    await clock.advance(1_000);
    await operations.RedriveExecution({ executionArn });
    expect(await ended(executionArn)).toEqual({ status: "FAILED", error: "E", cause: "C" });
    expect(await operations.DescribeExecution({ executionArn })).toMatchObject({
      redriveCount,
      redriveDate: clock.now() / 1000,
      redriveStatus: "REDRIVABLE",
    });
  }
  expect((await types(executionArn)).filter((type) => type === "FailStateEntered")).toHaveLength(3);
});

it("starts the retries of a redriven task from zero", async () => {
  const seen: unknown[] = [];
  const work = recorder((call) => {
    seen.push(call.arguments);
    throw new TaskFailure("Boom", "always");
  });
  const { start, ended, operations, clock } = stage({ work: work.service });
  const executionArn = await start(
    only(
      task("work", {
        QueryLanguage: "JSONata",
        Arguments: { ...counting, retryCount: "{% $states.context.State.RetryCount %}" },
        Retry: [{ ErrorEquals: ["Boom"], MaxAttempts: 1 }],
      }),
    ),
  );
  await clock.advance(10_000);
  await ended(executionArn);
  await operations.RedriveExecution({ executionArn });
  await clock.advance(10_000);
  await ended(executionArn);
  expect(seen).toEqual([
    { redriveCount: 0, retryCount: 0 },
    { redriveCount: 0, retryCount: 1 },
    { redriveCount: 1, retryCount: 0 },
    { redriveCount: 1, retryCount: 1 },
  ]);
});

it("gives a state the time of the redrive, and its former variables", async () => {
  const work = fragile();
  const { start, ended, operations, clock } = stage({ work: work.service });
  const executionArn = await start({
    QueryLanguage: "JSONata",
    StartAt: "Set",
    States: {
      Set: { Type: "Pass", Assign: { word: "kept" }, Next: "Work" },
      Work: task("work", {
        Arguments: {
          word: "{% $word %}",
          time: "{% $states.context.Execution.RedriveTime %}",
          before: "{% $exists($states.context.Execution.RedriveTime) %}",
        },
      }),
    },
  });
  // Before a redrive there is no such time, and what evaluates to nothing fails.
  expect(await ended(executionArn)).toMatchObject({ error: "States.QueryEvaluationError" });
  await clock.advance(5_000);
  work.repair();
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({
    status: "SUCCEEDED",
    output: { word: "kept", time: new Date(clock.now()).toISOString(), before: true },
  });
});

it("asks again after a wait timed out: a new token, the whole time, and the old token is closed", async () => {
  const ask = recorder();
  const { start, ended, status, operations, clock } = stage({ ask: ask.service });
  const executionArn = await start(only(waitForToken({ TimeoutSeconds: 100 })));
  const old = await ask.token(1);
  await clock.advance(100_000);
  expect(await ended(executionArn)).toEqual({ status: "FAILED", error: "States.Timeout" });
  await operations.RedriveExecution({ executionArn });
  const fresh = await ask.token(2);
  await clock.advance(99_999);
  expect(await status(executionArn)).toBe("RUNNING");
  await expect(operations.SendTaskHeartbeat({ taskToken: old })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
  await operations.SendTaskSuccess({ taskToken: fresh, output: '"late"' });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: "late" });
});

it("asks again after an execution was stopped in the middle of a wait", async () => {
  const ask = recorder();
  const { start, ended, operations } = stage({ ask: ask.service });
  const executionArn = await start(only(waitForToken()));
  await ask.token(1);
  await operations.StopExecution({ executionArn, error: "Stopped", cause: "by ana" });
  expect(await ended(executionArn)).toMatchObject({ status: "ABORTED", error: "Stopped" });
  await operations.RedriveExecution({ executionArn });
  const running = await operations.DescribeExecution({ executionArn });
  expect(running).toMatchObject({ status: "RUNNING", redriveStatus: "NOT_REDRIVABLE" });
  expect(running).not.toHaveProperty("stopDate");
  expect(running).not.toHaveProperty("error");
  await operations.SendTaskSuccess({ taskToken: await ask.token(2), output: '"yes"' });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: "yes" });
});

it("gives a redriven execution that timed out its whole timeout again", async () => {
  const ask = recorder();
  const { start, ended, status, operations, clock } = stage({ ask: ask.service });
  const executionArn = await start({ ...only(waitForToken()), TimeoutSeconds: 60 });
  await clock.advance(60_000);
  expect(await ended(executionArn)).toEqual({ status: "TIMED_OUT", error: "States.Timeout" });
  await clock.advance(1_000);
  await operations.RedriveExecution({ executionArn });
  await clock.advance(59_999);
  expect(await status(executionArn)).toBe("RUNNING");
  await clock.advance(1);
  expect(await ended(executionArn)).toMatchObject({ status: "TIMED_OUT" });
});

it("waits all the seconds of a Wait again, but not for a time that has passed", async () => {
  const { start, ended, status, operations, clock } = stage();
  const Timestamp = new Date(clock.now() + 50_000).toISOString();
  const seconds = await start(only({ Type: "Wait", Seconds: 100, End: true }));
  const timestamp = await start(only({ Type: "Wait", Timestamp, End: true }));
  await clock.advance(40_000);
  for (const executionArn of [seconds, timestamp]) {
    await operations.StopExecution({ executionArn });
    await ended(executionArn);
  }
  await clock.advance(60_000);
  for (const executionArn of [seconds, timestamp]) await operations.RedriveExecution({ executionArn });
  await clock.advance(0);
  expect(await ended(timestamp)).toMatchObject({ status: "SUCCEEDED" });
  await clock.advance(99_999);
  expect(await status(seconds)).toBe("RUNNING");
  await clock.advance(1);
  expect(await ended(seconds)).toMatchObject({ status: "SUCCEEDED" });
});
