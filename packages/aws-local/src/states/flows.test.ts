import { expect, it } from "vitest";
import { only, recorder, stage, task, until, waitForToken } from "../testing/states-stage.ts";
import { detailsOf, type HistoryEvent } from "./history.ts";
import { TaskFailure } from "./index.ts";

const pass = { Type: "Pass", End: true };

it("runs branches side by side and gives their results in their order", async () => {
  const { clock, start, status, ended } = stage();
  const branch = (seconds: number) => ({
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", Seconds: seconds, Next: "Say" },
      Say: { Type: "Pass", Result: seconds, End: true },
    },
  });
  const execution = await start(only({ Type: "Parallel", Branches: [branch(20), branch(10)], End: true }));
  await clock.advance(19_999);
  expect(await status(execution)).toBe("RUNNING");
  await clock.advance(1);
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: [20, 10] });
});

it("catches a failure whose cause is too long for a state, and cuts it to AWS's limit", async () => {
  const { start, ended, history } = stage({
    fail: async () => {
      throw new TaskFailure("Boom".repeat(100), "x".repeat(300_000));
    },
  });
  const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Caught" }];
  for (const state of [task("fail"), { Type: "Parallel", Branches: [only(task("fail"))], End: true }]) {
    const execution = await start({ StartAt: "S", States: { S: { ...state, Catch }, Caught: pass } });
    const output = { Error: "Boom".repeat(64), Cause: "x".repeat(32_768) };
    expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output });
    for (const event of await history(execution)) {
      const { cause = "" } = detailsOf(event as HistoryEvent) as { cause?: string };
      expect([event.type, cause.length <= 32_768]).toEqual([event.type, true]);
    }
  }
});

it("cancels the other branches when one fails, and closes their tokens", async () => {
  const ask = recorder();
  const { start, operations, ended, types } = stage({
    ask: ask.service,
    fail: async () => {
      await ask.token();
      throw new TaskFailure("Boom", "no");
    },
  });
  const execution = await start({
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [only(waitForToken()), only(task("fail"))],
        Catch: [{ ErrorEquals: ["Boom"], Next: "Caught" }],
        End: true,
      },
      Caught: pass,
    },
  });
  expect(await ended(execution)).toMatchObject({ status: "SUCCEEDED", output: { Error: "Boom" } });
  expect(await types(execution)).toContain("TaskStateAborted");
  await expect(
    operations.SendTaskSuccess({ taskToken: await ask.token(), output: "1" }),
  ).rejects.toMatchObject({ code: "TaskTimedOut" });
});

it("retries a Parallel as a whole", async () => {
  const work = recorder((_, nth) => {
    if (nth === 1) throw new TaskFailure("Boom", "no");
    return nth;
  });
  const { clock, start, ended, types } = stage({ work: work.service });
  const execution = await start(
    only({ Type: "Parallel", Branches: [only(task("work"))], Retry: [{ ErrorEquals: ["Boom"] }], End: true }),
  );
  await clock.advance(1_000);
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: [2] });
  const started = (await types(execution)).filter((type) => type === "ParallelStateStarted");
  expect(started).toHaveLength(2);
});

it("lets branches read outer variables, and does not share their own", async () => {
  const { start, ended } = stage();
  const execution = await start({
    QueryLanguage: "JSONata",
    StartAt: "Set",
    States: {
      Set: { Type: "Pass", Assign: { outer: 1 }, Next: "Both" },
      Both: {
        Type: "Parallel",
        Branches: [
          {
            StartAt: "Inner",
            States: {
              Inner: { Type: "Pass", Assign: { inner: "{% $outer + 1 %}" }, Next: "Read" },
              Read: { Type: "Pass", Output: "{% [$outer, $inner] %}", End: true },
            },
          },
        ],
        Next: "After",
      },
      After: {
        Type: "Pass",
        Output: { branches: "{% $states.input %}", inner: "{% $exists($inner) %}" },
        End: true,
      },
    },
  });
  expect(await ended(execution)).toEqual({
    status: "SUCCEEDED",
    output: { branches: [[1, 2]], inner: false },
  });
});

it("runs no more iterations at once than MaxConcurrency", async () => {
  let now = 0;
  let most = 0;
  const { start, ended } = stage({
    work: async (call) => {
      most = Math.max(most, ++now);
      await new Promise((done) => setImmediate(done));
      now--;
      return (call.arguments as number) * 2;
    },
  });
  const execution = await start(
    only({ Type: "Map", MaxConcurrency: 2, ItemProcessor: only(task("work")), End: true }),
    [1, 2, 3, 4, 5],
  );
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: [2, 4, 6, 8, 10] });
  expect(most).toBe(2);
});

it("gives each iteration its item, by ItemSelector and in the context", async () => {
  const { start, ended } = stage();
  const execution = await start(
    {
      QueryLanguage: "JSONata",
      ...only({
        Type: "Map",
        Items: "{% $states.input.items %}",
        ItemSelector: {
          at: "{% $states.context.Map.Item.Index %}",
          item: "{% $states.context.Map.Item.Value %}",
        },
        ItemProcessor: only({
          Type: "Pass",
          Output: "{% $states.input.item & $states.context.Map.Item.Value & $string($states.input.at) %}",
          End: true,
        }),
        End: true,
      }),
    },
    { items: ["a", "b"] },
  );
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: ["aa0", "bb1"] });
});

const failsOn = (items: unknown[]) => async (call: { arguments: unknown }) => {
  if (items.includes(call.arguments)) throw new TaskFailure("Boom", "no");
  return call.arguments;
};

it("continues while no more iterations fail than the Map tolerates", async () => {
  const { start, ended } = stage({ work: failsOn([2]) });
  const map = (more: object) => only({ Type: "Map", ItemProcessor: only(task("work")), End: true, ...more });
  const tolerated = await start(map({ ToleratedFailurePercentage: 34 }), [1, 2, 3]);
  expect(await ended(tolerated)).toEqual({
    status: "SUCCEEDED",
    output: [1, { Error: "Boom", Cause: "no" }, 3],
  });
  const exceeded = await start(map({ ToleratedFailureCount: 0 }), [1, 2, 3]);
  expect(await ended(exceeded)).toMatchObject({
    status: "FAILED",
    error: "States.ExceedToleratedFailureThreshold",
  });
});

it("passes the ARN of a function to the function service, with its own event types", async () => {
  const lambda = recorder(() => ({ hello: "world" }));
  const { start, ended, types } = stage({ lambdaFunction: lambda.service });
  const Resource = "arn:aws:lambda:us-east-1:000000000000:function:hello";
  const execution = await start(only({ Type: "Task", Resource, End: true }), { a: 1 });
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: { hello: "world" } });
  expect(lambda.calls[0]).toMatchObject({ resource: Resource, arguments: { a: 1 }, pattern: "request" });
  expect(await types(execution)).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
});

it("accepts a token that is returned before the call which issued it is answered", async () => {
  const ask = recorder(() => new Promise(() => {}));
  const { start, operations, ended } = stage({ ask: ask.service });
  const execution = await start(only(waitForToken()));
  await operations.SendTaskSuccess({ taskToken: await ask.token(), output: '{"early":true}' });
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: { early: true } });
});

it("ends an endless loop at 25,000 events; the last one is its failure", async () => {
  const { start, ended, operations } = stage();
  const execution = await start({
    StartAt: "A",
    States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } },
  });
  expect(await ended(execution)).toEqual({
    status: "FAILED",
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  });
  const { events } = await operations.GetExecutionHistory({
    executionArn: execution,
    reverseOrder: true,
    maxResults: 1,
  });
  expect(events).toMatchObject([{ id: 25_000, previousEventId: 24_999, type: "ExecutionFailed" }]);
});

it("refuses a state more than 256 KiB of data", async () => {
  const { start, ended } = stage({ work: async () => "x".repeat(300_000) });
  const execution = await start(only(task("work")));
  expect(await ended(execution)).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
});

it("stops an execution in the middle of a wait", async () => {
  const { start, operations, ended, history, clock } = stage();
  const execution = await start(only({ Type: "Wait", Seconds: 60, End: true }));
  await until(async () => (await history(execution)).length === 2 || undefined);
  await operations.StopExecution({ executionArn: execution, error: "Stopped", cause: "by hand" });
  expect(await ended(execution)).toEqual({ status: "ABORTED", error: "Stopped", cause: "by hand" });
  await clock.advance(60_000);
  expect((await history(execution)).map((event) => event.type)).toEqual([
    "ExecutionStarted",
    "WaitStateEntered",
    "ExecutionAborted",
  ]);
});

it("names the previous event in each event", async () => {
  const { start, ended, history } = stage();
  const execution = await start(
    only({ Type: "Map", MaxConcurrency: 1, ItemProcessor: only(pass), End: true }),
    [1, 2],
  );
  await ended(execution);
  const links = (await history(execution)).map((event) => [event.type, event.previousEventId]);
  expect(links).toEqual([
    ["ExecutionStarted", 0],
    ["MapStateEntered", 0],
    ["MapStateStarted", 2],
    ["MapIterationStarted", 3],
    ["PassStateEntered", 4],
    ["PassStateExited", 5],
    ["MapIterationSucceeded", 6],
    ["MapIterationStarted", 3],
    ["PassStateEntered", 8],
    ["PassStateExited", 9],
    ["MapIterationSucceeded", 10],
    ["MapStateSucceeded", 11],
    ["MapStateExited", 11],
    ["ExecutionSucceeded", 13],
  ]);
});
