import { expect, it } from "vitest";
import { roleArn, tester } from "../../testing/one-state.ts";
import { recorder, until } from "../../testing/states-stage.ts";
import { TaskFailure } from "../integration.ts";

const task = (service: string, more: object = {}) => ({
  Type: "Task",
  Resource: `arn:aws:states:::test:${service}`,
  End: true,
  ...more,
});
const debug = { inspectionLevel: "DEBUG" };

it("calls the service of a Task without a mock, as an Express execution does", async () => {
  const work = recorder(() => ({ n: 2 }));
  const { send } = tester({ work: work.service });
  const answer = await send(
    task("work", { QueryLanguage: "JSONata", Arguments: { n: 1 }, Output: "{% $states.result.n %}" }),
    { roleArn, ...debug },
  );
  expect(answer).toEqual({
    status: "SUCCEEDED",
    output: 2,
    inspectionData: { input: {}, afterArguments: { n: 1 }, result: { n: 2 } },
  });
  expect(work.calls).toMatchObject([
    {
      arguments: { n: 1 },
      executionArn: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:express:/),
      stateName: "StateName",
    },
  ]);
});

it("leaves no execution behind", async () => {
  const { send, operations } = tester();
  await send({ Type: "Succeed" });
  expect(await operations.ListStateMachines({})).toEqual({ stateMachines: [] });
});

it("says that a failure of a called service would be retried, without trying again", async () => {
  const work = recorder(() => {
    throw new TaskFailure("Busy", "come back");
  });
  const { send } = tester({ work: work.service });
  const Retry = [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 3 }];
  expect(await send(task("work", { Retry }), { roleArn, ...debug })).toMatchObject({
    status: "RETRIABLE",
    error: "Busy",
    cause: "come back",
    inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 3 } },
  });
  expect(work.calls).toHaveLength(1);
});

it.each([
  [
    "a retrier that has attempts left",
    2,
    "RETRIABLE",
    { retryIndex: 1, retryBackoffIntervalSeconds: 4 },
    undefined,
  ],
  ["a catcher once they are used up", 3, "CAUGHT_ERROR", { retryIndex: 1, catchIndex: 1 }, "Mend"],
])("passes a failure to %s", async (_, retrierRetryCount, status, errorDetails, nextState) => {
  const { send } = tester();
  const answer = await send(
    task("work", {
      Retry: [{ ErrorEquals: ["Other"] }, { ErrorEquals: ["Boom"], MaxAttempts: 3 }],
      Catch: [
        { ErrorEquals: ["Other"], Next: "Never" },
        { ErrorEquals: ["States.ALL"], Next: "Mend", Assign: { "why.$": "$.Error" } },
      ],
    }),
    {
      mock: { errorOutput: { error: "Boom" } },
      stateConfiguration: { retrierRetryCount },
      ...debug,
    },
  );
  expect(answer).toMatchObject({ status, error: "Boom" });
  expect(answer.nextState).toBe(nextState);
  expect(answer.inspectionData?.errorDetails).toEqual(errorDetails);
  expect(answer.inspectionData?.variables).toEqual(nextState && { why: "Boom" });
});

it("says how long a retrier with jitter waits at most", async () => {
  const { send } = tester();
  const Retry = [{ ErrorEquals: ["States.ALL"], JitterStrategy: "FULL", MaxDelaySeconds: 5, MaxAttempts: 9 }];
  const answer = await send(task("work", { Retry }), {
    mock: { errorOutput: { error: "Boom" } },
    stateConfiguration: { retrierRetryCount: 8 },
    ...debug,
  });
  expect(answer.inspectionData?.errorDetails).toEqual({ retryIndex: 0, retryBackoffIntervalSeconds: 5 });
});

it("counts retries by the context object if nothing else gives the number", async () => {
  const { send } = tester();
  const Retry = [{ ErrorEquals: ["Boom"], MaxAttempts: 1 }];
  const mock = { errorOutput: { error: "Boom" } };
  const status = async (context: object, more: object = {}) =>
    (await send(task("work", { Retry }), { mock, context, ...more })).status;
  expect(await status({ State: { RetryCount: 0 } })).toBe("RETRIABLE");
  expect(await status({ State: { RetryCount: 1 } })).toBe("FAILED");
  expect(await status({ State: { RetryCount: 1 } }, { stateConfiguration: { retrierRetryCount: 0 } })).toBe(
    "RETRIABLE",
  );
});

it("fails a state whose catcher's output cannot be evaluated", async () => {
  const { send } = tester();
  const Catch = [{ ErrorEquals: ["States.ALL"], Output: "{% $missing %}", Next: "Mend" }];
  expect(
    await send(task("work", { QueryLanguage: "JSONata", Catch }), {
      mock: { errorOutput: { error: "Boom" } },
    }),
  ).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
});

it("fails a mocked Task whose arguments or limits cannot be evaluated", async () => {
  const { send } = tester();
  const failed = async (more: object) =>
    (
      await send(task("work", { QueryLanguage: "JSONata", ...more }), {
        mock: { errorOutput: { error: "Boom" } },
      })
    ).error;
  expect(await failed({ Arguments: { n: "{% $missing %}" } })).toBe("States.QueryEvaluationError");
  expect(await failed({ TimeoutSeconds: "{% 'soon' %}" })).toBe("States.QueryEvaluationError");
  expect(await failed({ TimeoutSeconds: "{% 5 %}" })).toBe("Boom");
});

it("fails a state whose output is too large, and does not show it", async () => {
  const { send } = tester();
  const text = "x".repeat(150_000);
  const answer = await send(
    { Type: "Pass", Parameters: { "a.$": "$", "b.$": "$" }, End: true },
    { input: text, ...debug },
  );
  expect(answer).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  expect(Object.keys(answer.inspectionData ?? {})).toEqual(["input", "afterInputPath"]);
});

it("waits as long as a Wait says", async () => {
  const { send, clock } = tester();
  let isOver = false;
  const waiting = send({ Type: "Wait", Seconds: 60, Next: "On" }).finally(() => {
    isOver = true;
  });
  await clock.advance(59_999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(await waiting).toEqual({ status: "SUCCEEDED", output: {}, nextState: "On" });
});

it("gives up a state after five minutes, and aborts its call", async () => {
  const calls = recorder(() => new Promise(() => {}));
  const { send, clock } = tester({ hang: calls.service });
  const hanging = send(task("hang"), { roleArn });
  const signal = await until(() => calls.calls[0]?.signal);
  await clock.advance(299_999);
  expect(signal.aborted).toBe(false);
  await clock.advance(1);
  expect(await hanging).toEqual({ status: "FAILED", error: "States.Timeout" });
  expect(signal.aborted).toBe(true);
});

it("times a Task out by its own, shorter limit", async () => {
  const { send, clock } = tester({ hang: () => new Promise(() => {}) });
  const Catch = [{ ErrorEquals: ["States.Timeout"], Next: "Late" }];
  const hanging = send(task("hang", { TimeoutSeconds: 10, Catch }), { roleArn });
  await clock.advance(10_000);
  expect(await hanging).toMatchObject({ status: "CAUGHT_ERROR", nextState: "Late", error: "States.Timeout" });
});

it("ends tests when it is closed", async () => {
  const calls = recorder(() => new Promise(() => {}));
  const { send, states } = tester({ hang: calls.service });
  const hanging = send(task("hang"), { roleArn });
  hanging.catch(() => {});
  await until(() => calls.calls[0]);
  await states.close();
  await expect(hanging).rejects.toMatchObject({ code: "ServiceUnavailable", status: 503 });
});

it("runs a hundred tests at once, and refuses others for now", async () => {
  const { send, clock } = tester();
  const wait = { Type: "Wait", Seconds: 1, End: true };
  const waiting = Array.from({ length: 100 }, () => send(wait));
  await expect(send(wait)).rejects.toMatchObject({ code: "ThrottlingException" });
  await clock.advance(1_000);
  expect((await Promise.all(waiting)).every(({ status }) => status === "SUCCEEDED")).toBe(true);
  const last = send(wait);
  await clock.advance(1_000);
  expect(await last).toMatchObject({ status: "SUCCEEDED" });
});
