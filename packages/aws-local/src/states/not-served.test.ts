import { expect, it } from "vitest";
import { fragile, only, recorder, stage, task } from "../testing/states-stage.ts";
import { NotServed } from "./integration.ts";

const remedy = (resource: string) => `Write a stand-in for ${resource}.`;
const tellsOf = (state: string) => ({
  status: "FAILED",
  error: "Local.NotServed",
  cause: `State '${state}' calls arn:aws:states:::test:nowhere: nothing here serves that. Write a stand-in for arn:aws:states:::test:nowhere.`,
});
/** Everything that could handle a failure. */
const taking = {
  Retry: [
    { ErrorEquals: ["Local.NotServed", "States.Runtime"], IntervalSeconds: 1 },
    { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1 },
    { ErrorEquals: ["States.ALL"], IntervalSeconds: 1 },
  ],
  Catch: [
    { ErrorEquals: ["Local.NotServed", "States.Runtime", "States.TaskFailed"], Next: "Caught" },
    { ErrorEquals: ["States.ALL"], Next: "Caught" },
  ],
};
const caught = { Caught: { Type: "Succeed" } };
const machine = (state: object) => ({ StartAt: "Work", States: { Work: state, ...caught } });
const nowhere = (more: object = {}) => task("nowhere", more);

it.each([
  ["a task", machine(nowhere(taking)), "Work"],
  [
    "a task that waits for a token",
    machine({ ...task("nowhere.waitForTaskToken", taking), Parameters: { "t.$": "$$.Task.Token" } }),
    "Work",
  ],
  [
    "a branch of a Parallel",
    machine({ Type: "Parallel", Branches: [only(nowhere(taking))].map(withCaught), End: true, ...taking }),
    "Only",
  ],
  [
    "an item of a Map that tolerates every failure",
    machine({
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: withCaught(only(nowhere(taking))),
      ToleratedFailurePercentage: 100,
      End: true,
      ...taking,
    }),
    "Only",
  ],
  [
    "an item of a distributed Map",
    machine({
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: {
        ...withCaught(only(nowhere(taking))),
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      },
      ToleratedFailureCount: 10,
      End: true,
      ...taking,
    }),
    "Only",
  ],
])(
  "ends an execution that calls a missing service, whatever would handle a failure of %s",
  async (_, definition, state) => {
    const { start, ended, types } = stage({}, { remedy });
    const execution = await start(definition, { items: [1] });
    const { status, error, cause } = await ended(execution);
    expect({ status, error, cause: cause?.replace(".waitForTaskToken:", ":") }).toEqual(tellsOf(state));
    expect(await types(execution)).not.toContain("SucceedStateEntered");
  },
);

function withCaught(block: object) {
  const { States, ...more } = block as { States: object };
  return { ...more, States: { ...States, ...caught } };
}

it("does the same when a service finds that something is missing", async () => {
  const service = async () => {
    throw new NotServed("there is no function orders here.");
  };
  const { start, ended } = stage({ service });
  expect(await ended(await start(machine(task("service", taking))))).toEqual({
    status: "FAILED",
    error: "Local.NotServed",
    cause: "State 'Work' calls arn:aws:states:::test:service: there is no function orders here.",
  });
});

it("reports it after one attempt, and continues by a redrive once it is served", async () => {
  const services: Record<string, ReturnType<typeof recorder>["service"]> = {};
  const { start, ended, operations, types } = stage(services, { remedy });
  const executionArn = await start(machine(nowhere(taking)));
  await ended(executionArn);
  expect((await types(executionArn)).filter((type) => type === "TaskScheduled")).toHaveLength(1);
  services.nowhere = recorder(() => ({ done: true })).service;
  await operations.RedriveExecution({ executionArn });
  expect(await ended(executionArn)).toEqual({ status: "SUCCEEDED", output: { done: true } });
});

it("does not change the workflow's own failures", async () => {
  const { service } = fragile();
  const { start, ended } = stage({ service });
  const execution = await start(machine(task("service", { Catch: taking.Catch })));
  expect(await ended(execution)).toMatchObject({ status: "SUCCEEDED" });
});

it("is reported in advance when a definition is validated with warnings", async () => {
  const { operations } = stage({ here: recorder().service }, { remedy });
  const definition = JSON.stringify({
    StartAt: "All",
    States: {
      All: { Type: "Parallel", Branches: [only(task("here")), only(nowhere())], Next: "Each" },
      Each: {
        Type: "Map",
        ItemReader: { Resource: "arn:aws:states:::test:reader", Parameters: {} },
        ItemProcessor: {
          ...only(task("here")),
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        },
        End: true,
      },
    },
  });
  const validate = (more: object) => operations.ValidateStateMachineDefinition({ definition, ...more });
  expect(await validate({})).toEqual({ result: "OK", diagnostics: [], truncated: false });
  const told = (name: string, location: string) => ({
    severity: "WARNING",
    code: "NOT_SERVED",
    message: `Nothing here serves arn:aws:states:::test:${name}. ${remedy(`arn:aws:states:::test:${name}`)}`,
    location,
  });
  expect((await validate({ severity: "WARNING" })).diagnostics).toEqual([
    told("nowhere", "/States/All/Branches[1]/States/Only/Resource"),
    told("reader", "/States/Each/ItemReader/Resource"),
  ]);
});
