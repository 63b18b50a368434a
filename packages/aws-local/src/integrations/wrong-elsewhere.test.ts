import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createLambda } from "../lambda/lambda.ts";
import { createStates, type States } from "../states/index.ts";
import { memoryStore } from "../store/index.ts";
import { until } from "../testing/states-stage.ts";
import { lambdaTasks } from "./lambda-invoke.ts";
import { ecsTasks } from "./run-task.ts";
import { startExecutionTasks } from "./start-execution.ts";
import { firstOf } from "./tasks.ts";

/** Definitions that other emulators are reported to refuse or to run wrongly, as in the reports. */
async function stage() {
  const clock = virtualClock();
  const store = memoryStore();
  const lambda = createLambda({ clock, store, log: () => {} });
  const events: unknown[] = [];
  lambda.register("note", async (event) => void events.push(event));
  let states: States;
  const integrations = firstOf(
    lambdaTasks(lambda),
    startExecutionTasks(() => states),
    ecsTasks({ runnerOf: () => undefined }),
  );
  states = createStates({ clock, store, integrations });
  const { operations } = states;
  const create = async (name: string, definition: object) =>
    (await operations.CreateStateMachine({ name, roleArn: "r", definition: JSON.stringify(definition) }))
      .stateMachineArn;
  const start = async (stateMachineArn: string, input: unknown = {}) =>
    (await operations.StartExecution({ stateMachineArn, input: JSON.stringify(input) })).executionArn;
  const ended = (executionArn: string) =>
    until(async () => {
      const run = await operations.DescribeExecution({ executionArn });
      return run.status === "RUNNING" ? undefined : run;
    });
  return { clock, operations, events, create, start, ended };
}

const note = "arn:aws:lambda:us-east-1:000000000000:function:note";
const only = (state: object) => ({ StartAt: "S", States: { S: { ...state, End: true } } });

it("passes a boolean, a number or null to a function unchanged, and not as an empty object", async () => {
  const { create, start, ended, events } = await stage();
  for (const [name, Parameters] of Object.entries({ no: false, zero: 0, none: null }))
    await ended(await start(await create(name, only({ Type: "Task", Resource: note, Parameters }))));
  expect(events).toEqual([false, 0, null]);
});

it("starts a nested machine with sync:2 together with a timeout, a heartbeat and a Catch", async () => {
  const { create, start, ended } = await stage();
  const child = await create(
    "child-state-machine",
    only({ Type: "Pass", Parameters: { "of.$": "$.ParentExecutionId" } }),
  );
  const parent = await create("parent", {
    StartAt: "Call Child State Machine",
    States: {
      "Call Child State Machine": {
        Type: "Task",
        TimeoutSeconds: 300,
        HeartbeatSeconds: 60,
        Resource: "arn:aws:states:::states:startExecution.sync:2",
        Parameters: {
          StateMachineArn: child,
          Input: { "ParentExecutionId.$": "$$.Execution.Id", "TaskInput.$": "$$.Execution.Input" },
        },
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }],
        End: true,
      },
      Failed: { Type: "Fail" },
    },
  });
  const execution = await start(parent, { a: 1 });
  const { status, output } = await ended(execution);
  expect([status, JSON.parse(output!).Output]).toEqual(["SUCCEEDED", { of: execution }]);
});

it("waits for a token that a function got, and times out for one that nobody returns", async () => {
  const { clock, create, start, ended, events, operations } = await stage();
  const invoke = "arn:aws:states:::lambda:invoke.waitForTaskToken";
  const given = only({
    Type: "Task",
    Resource: invoke,
    Parameters: { FunctionName: note, Payload: { "token.$": "$$.Task.Token" } },
  });
  const waiting = await start(await create("given", given));
  const { token } = await until(() => events[0] as { token: string } | undefined);
  await operations.SendTaskSuccess({ taskToken: token, output: "{}" });
  expect(await ended(waiting)).toMatchObject({ status: "SUCCEEDED" });
  const kept = only({
    Type: "Task",
    Resource: invoke,
    Parameters: { FunctionName: note },
    TimeoutSeconds: 5,
  });
  const late = await start(await create("kept", kept));
  await until(() => events[1]);
  await clock.advance(5000);
  expect(await ended(late)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
});

it("creates a machine that calls a container, and fails only at that call, without its own Catch", async () => {
  const { create, start, ended } = await stage();
  const machine = await create("deploy", {
    StartAt: "Needed?",
    States: {
      "Needed?": {
        Type: "Choice",
        Choices: [{ Variable: "$.needed", BooleanEquals: true, Next: "Run" }],
        Default: "Done",
      },
      Run: {
        Type: "Task",
        Resource: "arn:aws:states:::ecs:runTask.sync",
        Parameters: { TaskDefinition: "build:1" },
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }],
        Next: "Done",
      },
      Done: { Type: "Succeed" },
    },
  });
  expect(await ended(await start(machine, { needed: false }))).toMatchObject({ status: "SUCCEEDED" });
  expect(await ended(await start(machine, { needed: true }))).toMatchObject({
    status: "FAILED",
    error: "Local.NotServed",
    cause: "State 'Run' calls arn:aws:states:::ecs:runTask.sync: nothing here runs the tasks of build.",
  });
});

it("runs a Map within a Map", async () => {
  const { create, start, ended } = await stage();
  const inner = { Type: "Map", ItemProcessor: only({ Type: "Pass" }) };
  const outer = only({ Type: "Map", ItemsPath: "$.items", ItemProcessor: only(inner) });
  const { output } = await ended(await start(await create("maps", outer), { items: [[1, 2], [3]] }));
  expect(JSON.parse(output!)).toEqual([[1, 2], [3]]);
});
