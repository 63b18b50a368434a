import { expect, it } from "vitest";
import { only, recorder, stage, task, waitForToken } from "../testing/states-stage.ts";
import { TaskFailure } from "./index.ts";

const boom = () => {
  throw new TaskFailure("Boom", "it went boom");
};

it("retries after an interval that grows by the backoff rate, up to the longest delay", async () => {
  const service = recorder(boom);
  const { clock, start, ended } = stage({ work: service.service });
  const times: number[] = [];
  const began = clock.now();
  const Retry = [
    { ErrorEquals: ["Boom"], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 60 },
  ];
  const execution = await start(only(task("work", { Retry })));
  for (let second = 0; second < 200; second++) {
    if (service.calls.length > times.length) times.push((clock.now() - began) / 1000);
    await clock.advance(1000);
  }
  expect(times).toEqual([0, 10, 40, 100, 160]);
  expect(await ended(execution)).toEqual({ status: "FAILED", error: "Boom", cause: "it went boom" });
});

it("spreads a retry over its whole delay with full jitter", async () => {
  const service = recorder((_, nth) => (nth === 1 ? boom() : "done"));
  const { clock, start, status } = stage({ work: service.service }, { random: () => 0.5 });
  const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 10, JitterStrategy: "FULL" }];
  const execution = await start(only(task("work", { Retry })));
  await clock.advance(4_999);
  expect(await status(execution)).toBe("RUNNING");
  await clock.advance(1);
  expect(await status(execution)).toBe("SUCCEEDED");
});

it("counts the retries of each retrier by itself, and all of them in the context", async () => {
  const seen: unknown[] = [];
  const service = recorder((call, nth) => {
    seen.push((call.arguments as { count: number }).count);
    if (nth === 4) return "done";
    throw new TaskFailure(nth % 2 === 1 ? "Odd" : "Even", "no");
  });
  const { clock, start, ended } = stage({ work: service.service });
  const execution = await start(
    only(
      task("work", {
        QueryLanguage: "JSONata",
        Arguments: { count: "{% $states.context.State.RetryCount %}" },
        Retry: [
          { ErrorEquals: ["Odd"], MaxAttempts: 2 },
          { ErrorEquals: ["Even"], MaxAttempts: 1 },
        ],
      }),
    ),
  );
  await clock.advance(60_000);
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: "done" });
});

it("catches an error after its retries, and puts it where ResultPath says", async () => {
  const { clock, start, ended } = stage({ work: boom });
  const execution = await start(
    {
      StartAt: "Work",
      States: {
        Work: {
          ...task("work", {
            Retry: [{ ErrorEquals: ["Boom"], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ["States.TaskFailed"], ResultPath: "$.why", Next: "Caught" }],
            Next: "Never",
          }),
          End: undefined,
        },
        Never: { Type: "Fail" },
        Caught: { Type: "Pass", End: true },
      },
    },
    { kept: 1 },
  );
  await clock.advance(2_000);
  const why = { Error: "Boom", Cause: "it went boom" };
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: { kept: 1, why } });
});

it("evaluates Output and Assign of a catcher in JSONata", async () => {
  const { start, ended } = stage({ work: boom });
  const execution = await start({
    QueryLanguage: "JSONata",
    StartAt: "Work",
    States: {
      Work: task("work", {
        Catch: [
          {
            ErrorEquals: ["Boom"],
            Assign: { error: "{% $states.errorOutput.Error %}" },
            Output: "{% $states.errorOutput.Cause %}",
            Next: "Caught",
          },
        ],
      }),
      Caught: { Type: "Pass", Output: { input: "{% $states.input %}", error: "{% $error %}" }, End: true },
    },
  });
  expect(await ended(execution)).toEqual({
    status: "SUCCEEDED",
    output: { input: "it went boom", error: "Boom" },
  });
});

it("times a task out, which States.Timeout catches and States.TaskFailed does not", async () => {
  const stopped: boolean[] = [];
  const { clock, start, ended, types } = stage({
    work: (call) =>
      new Promise(() => call.signal.addEventListener("abort", () => stopped.push(call.signal.aborted))),
  });
  const execution = await start({
    StartAt: "Work",
    States: {
      Work: task("work", {
        TimeoutSeconds: 5,
        Catch: [
          { ErrorEquals: ["States.TaskFailed"], Next: "Failed" },
          { ErrorEquals: ["States.Timeout"], Next: "Late" },
        ],
      }),
      Failed: { Type: "Fail" },
      Late: { Type: "Succeed" },
    },
  });
  await clock.advance(5_000);
  expect(await ended(execution)).toEqual({
    status: "SUCCEEDED",
    output: { Error: "States.Timeout", Cause: "" },
  });
  expect(await types(execution)).toContain("TaskTimedOut");
  expect(stopped).toEqual([true]);
});

it("ends a wait when its heartbeat is missing, and not before", async () => {
  const ask = recorder();
  const { clock, start, operations, status, ended } = stage({ ask: ask.service });
  const execution = await start(
    only(
      waitForToken({
        HeartbeatSeconds: 10,
        Retry: [{ ErrorEquals: ["States.HeartbeatTimeout"], MaxAttempts: 0 }],
      }),
    ),
  );
  const taskToken = await ask.token();
  for (let beat = 0; beat < 5; beat++) {
    await clock.advance(9_000);
    await operations.SendTaskHeartbeat({ taskToken });
  }
  await clock.advance(9_999);
  expect(await status(execution)).toBe("RUNNING");
  await clock.advance(1);
  expect(await ended(execution)).toEqual({ status: "FAILED", error: "States.Timeout" });
});

it("is not kept alive beyond its timeout by heartbeats", async () => {
  const ask = recorder();
  const { clock, start, operations, status } = stage({ ask: ask.service });
  const execution = await start(only(waitForToken({ HeartbeatSeconds: 10, TimeoutSeconds: 20 })));
  const taskToken = await ask.token();
  await clock.advance(9_000);
  await operations.SendTaskHeartbeat({ taskToken });
  await clock.advance(9_000);
  await operations.SendTaskHeartbeat({ taskToken });
  await clock.advance(2_000);
  expect(await status(execution)).toBe("FAILED");
  await expect(operations.SendTaskHeartbeat({ taskToken })).rejects.toMatchObject({ code: "TaskTimedOut" });
});

it("times a whole execution out", async () => {
  const { clock, start, ended, types } = stage();
  const execution = await start({
    TimeoutSeconds: 30,
    ...only({ Type: "Wait", Seconds: 60, End: true }),
  });
  await clock.advance(30_000);
  expect(await ended(execution)).toEqual({ status: "TIMED_OUT", error: "States.Timeout" });
  expect(await types(execution)).toEqual(["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]);
});

it("gives each attempt of a wait its own token, and closes the old one", async () => {
  const ask = recorder();
  const { clock, start, operations, ended } = stage({ ask: ask.service });
  const execution = await start(
    only(waitForToken({ TimeoutSeconds: 5, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1 }] })),
  );
  const first = await ask.token(1);
  await clock.advance(6_000);
  const second = await ask.token(2);
  expect(second).not.toBe(first);
  await expect(operations.SendTaskSuccess({ taskToken: first, output: "1" })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
  await operations.SendTaskSuccess({ taskToken: second, output: "2" });
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: 2 });
});

it("accepts limits in seconds from JSONata and from paths", async () => {
  const never = () => new Promise(() => {});
  const { clock, start, status } = stage({ work: never });
  const jsonata = await start(
    only(task("work", { QueryLanguage: "JSONata", TimeoutSeconds: "{% $states.input.limit %}" })),
    { limit: 3 },
  );
  const path = await start(only(task("work", { TimeoutSecondsPath: "$.limit" })), { limit: 4 });
  await clock.advance(3_000);
  expect([await status(jsonata), await status(path)]).toEqual(["FAILED", "RUNNING"]);
  await clock.advance(1_000);
  expect(await status(path)).toBe("FAILED");
});

it("never catches States.Runtime", async () => {
  const { start, ended } = stage({ work: boom });
  const execution = await start({
    StartAt: "Work",
    States: {
      Work: task("work", {
        InputPath: "$.missing",
        Retry: [{ ErrorEquals: ["States.ALL"] }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
      }),
      Caught: { Type: "Succeed" },
    },
  });
  expect(await ended(execution)).toMatchObject({ status: "FAILED", error: "States.Runtime" });
});
