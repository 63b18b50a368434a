import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import type { States } from "../states/index.ts";
import { forkedStore, killedCopies } from "../testing/killed-copies.ts";
import { only, recorder, stage, task, until, waitForToken } from "../testing/states-stage.ts";
import { startExecutionTasks } from "./start-execution.ts";

type Services = NonNullable<Parameters<typeof stage>[0]>;
type Options = NonNullable<Parameters<typeof stage>[1]>;

/** An engine whose machines start each other. */
function nesting(services: Services = {}, options: Options = {}) {
  let states: States;
  const made = stage(services, {
    ...options,
    more: startExecutionTasks(() => states),
  });
  states = made.states;
  return {
    ...made,
    async child(definition: object, name = "child"): Promise<string> {
      const roleArn = "arn:aws:iam::000000000000:role/child";
      const { stateMachineArn } = await made.operations.CreateStateMachine({
        name,
        roleArn,
        definition: JSON.stringify(definition),
      });
      return stateMachineArn;
    },
    executions: async (stateMachineArn: string) =>
      (await made.operations.ListExecutions({ stateMachineArn })).executions,
  };
}

const starting = (StateMachineArn: string, pattern: string, more: object = {}, state: object = {}) => ({
  Type: "Task",
  Resource: `arn:aws:states:::states:startExecution${pattern}`,
  Parameters: { StateMachineArn, "Input.$": "$", ...more },
  End: true,
  ...state,
});

it("starts an execution and continues, without .sync", async () => {
  const { child, start, ended, executions } = nesting({ ask: recorder().service });
  const machine = await child(only(waitForToken()));
  const { output } = await ended(await start(only(starting(machine, "", { Name: "one" })), { a: 1 }));
  const [execution] = await executions(machine);
  expect(execution).toMatchObject({ name: "one", status: "RUNNING" });
  expect(output).toMatchObject({ ExecutionArn: execution!.executionArn, StartDate: expect.any(Number) });
});

it("waits for the end with .sync, and gives the output as text, or with .sync:2 as JSON", async () => {
  const { child, start, ended } = nesting();
  const machine = await child(only({ Type: "Pass", Parameters: { "got.$": "$.a" }, End: true }));
  const run = async (pattern: string) =>
    (await ended(await start(only(starting(machine, pattern)), { a: 1 }))).output as Record<string, unknown>;
  expect(await run(".sync")).toMatchObject({
    Status: "SUCCEEDED",
    StateMachineArn: machine,
    Input: '{"a":1}',
    Output: '{"got":1}',
  });
  expect(await run(".sync:2")).toMatchObject({ Input: { a: 1 }, Output: { got: 1 } });
});

it("fails with a failing child, with an error that can be caught and that describes the child", async () => {
  const { child, start, ended } = nesting();
  const machine = await child(only({ Type: "Fail", Error: "Broken", Cause: "the lamp" }));
  const state = starting(
    machine,
    ".sync",
    {},
    { Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "Caught" }] },
  );
  const { output } = await ended(
    await start({ StartAt: "Only", States: { Only: state, Caught: { Type: "Pass", End: true } } }),
  );
  const { Error: error, Cause } = output as { Error: string; Cause: string };
  expect([error, JSON.parse(Cause)]).toEqual([
    "States.TaskFailed",
    expect.objectContaining({ Status: "FAILED", Error: "Broken", Cause: "the lamp" }),
  ]);
});

it("does not report a missing service as the child's failure", async () => {
  const { child, start, ended } = nesting();
  const machine = await child(only(task("nowhere")));
  const state = starting(machine, ".sync:2", {}, { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only" }] });
  expect(await ended(await start(only(state)))).toMatchObject({
    status: "FAILED",
    error: "Local.NotServed",
    cause: expect.stringMatching(/'Only' calls .*startExecution\.sync:2: State 'Only' calls .*test:nowhere/),
  });
});

it("stops the child with the state that waits for it", async () => {
  const ask = recorder();
  const { child, start, ended, operations, executions, clock } = nesting({ ask: ask.service });
  const machine = await child(only(waitForToken()));
  const stopped = await start(only(starting(machine, ".sync")));
  await ask.token();
  await operations.StopExecution({ executionArn: stopped });
  const late = await start(only(starting(machine, ".sync", {}, { TimeoutSeconds: 5 })));
  await ask.token(2);
  await clock.advance(5000);
  expect(await ended(late)).toMatchObject({ error: "States.Timeout" });
  await until(async () =>
    (await executions(machine)).every(({ status }) => status === "ABORTED") ? true : undefined,
  );
});

it("waits for a token that the child returns", async () => {
  const ask = recorder();
  const { child, start, ended, operations } = nesting({ ask: ask.service });
  const machine = await child(only(task("ask", { Parameters: { "token.$": "$.token" } })));
  const state = starting(machine, ".waitForTaskToken", {
    "Input.$": undefined,
    Input: { "token.$": "$$.Task.Token" },
  });
  const execution = await start(only(state));
  await operations.SendTaskSuccess({ taskToken: await ask.token(), output: '"yes"' });
  expect(await ended(execution)).toEqual({ status: "SUCCEEDED", output: "yes" });
});

it("fails as AWS does when the machine is missing, or the name is used with other input", async () => {
  const { child, start, ended } = nesting({ ask: recorder().service });
  const machine = await child(only(waitForToken()));
  const named = only(starting(machine, "", { Name: "one" }));
  await ended(await start(named, { a: 1 }));
  expect(await ended(await start(named, { a: 2 }))).toMatchObject({
    error: "StepFunctions.ExecutionAlreadyExistsException",
  });
  expect(await ended(await start(only(starting(`${machine}-not`, ""))))).toMatchObject({
    error: "StepFunctions.StateMachineDoesNotExistException",
  });
});

it("starts one child for each attempt, whenever its process is killed", async () => {
  const { store, forks } = forkedStore();
  const first = nesting({}, { store });
  const machine = await first.child(only({ Type: "Wait", Seconds: 60, End: true }));
  const execution = await first.start(only(starting(machine, ".sync")), {});
  await until(async () => ((await first.executions(machine)).length > 0 ? true : undefined));
  await first.clock.advance(60_000);
  expect(await first.ended(execution)).toMatchObject({ status: "SUCCEEDED" });
  let tried = 0;
  for (const copy of killedCopies(forks)) {
    if (![...copy.store.list({ prefix: ["states", "open"] })].some(([key]) => key[2] === execution)) continue;
    const next = nesting({}, { store: copy.store, clock: virtualClock(copy.now) });
    await next.states.resume();
    await until(async () => ((await next.executions(machine)).length > 0 ? true : undefined));
    await next.clock.advance(60_000);
    expect(await next.ended(execution)).toMatchObject({ status: "SUCCEEDED" });
    expect(await next.executions(machine)).toHaveLength(1);
    tried++;
  }
  expect(tried).toBeGreaterThan(3);
});
