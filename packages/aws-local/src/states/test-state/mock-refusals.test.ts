import { expect, it } from "vitest";
import { roleArn, type TestParameters, tester } from "../../testing/one-state.ts";
import { waitForToken } from "../../testing/states-stage.ts";

const pass = { Type: "Pass", End: true };
const lambda = (more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "f" },
  End: true,
  ...more,
});
const work = { StartAt: "Work", States: { Work: pass } };
const parallel = { Type: "Parallel", Branches: [work, work], End: true };
const map = { Type: "Map", ItemProcessor: work, End: true };
const two = { result: [1, 2] };
const boom = { errorOutput: { error: "Boom" } };

const raw = (name: string, value: unknown): TestParameters => ({ wire: { [name]: value } });

type Refusal = [what: string, state: unknown, parameters: TestParameters, code: string, message: RegExp];

const refusals: Refusal[] = [
  [
    "a Map without a mock",
    map,
    {},
    "InvalidDefinition",
    /^TestState API does not support Map or Parallel states\. Supported/,
  ],
  [
    "a Parallel without a mock",
    parallel,
    {},
    "InvalidDefinition",
    /^TestState API does not support Map or Parallel/,
  ],
  [
    "a Task that waits for a token, without a mock",
    waitForToken(),
    { roleArn },
    "ValidationException",
    /when a mock is not specified/,
  ],
  [
    "a Task with .sync, without a mock",
    lambda({ Resource: "arn:aws:states:::ecs:runTask.sync" }),
    { roleArn },
    "ValidationException",
    /'\.sync' or '\.waitForTaskToken'/,
  ],
  [
    "an activity without a mock",
    lambda({ Resource: "arn:aws:states:us-east-1:000000000000:activity:a" }),
    { roleArn },
    "ValidationException",
    /^TestState does not support Activity tasks/,
  ],
  [
    "a mock for a Pass",
    pass,
    { mock: two },
    "ValidationException",
    /^State type 'Pass' is not supported when a mock is specified$/,
  ],
  [
    "a mock for a Choice",
    { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "B" }] },
    { mock: boom },
    "ValidationException",
    /^State type 'Choice'/,
  ],
  [
    "a mock for a Wait",
    { Type: "Wait", Seconds: 1, End: true },
    { mock: boom },
    "ValidationException",
    /^State type 'Wait'/,
  ],
  [
    "a mock for a Succeed",
    { Type: "Succeed" },
    { mock: boom },
    "ValidationException",
    /^State type 'Succeed'/,
  ],
  ["a mock for a Fail", { Type: "Fail" }, { mock: boom }, "ValidationException", /^State type 'Fail'/],
  [
    "a mock with a result and an error",
    lambda(),
    { mock: { result: {}, ...boom } },
    "ValidationException",
    /^A test mock should have only one of the following fields: \[result, errorOutput\]\.$/,
  ],
  [
    "a mock with neither",
    lambda(),
    raw("mock", { fieldValidationMode: "NONE" }),
    "ValidationException",
    /only one of the following fields/,
  ],
  ["a mock that is text", lambda(), raw("mock", "{}"), "ValidationException", /'mock'/],
  [
    "an error without a name",
    lambda(),
    raw("mock", { errorOutput: { cause: "c" } }),
    "ValidationException",
    /'mock\.errorOutput\.error'/,
  ],
  [
    "a result that is not JSON, whatever is checked",
    lambda(),
    raw("mock", { result: "not JSON", fieldValidationMode: "NONE" }),
    "ValidationException",
    /^Mocked result must be valid JSON$/,
  ],
  [
    "a result over 256 KB",
    lambda(),
    { mock: { result: "x".repeat(262_143), fieldValidationMode: "NONE" } },
    "ValidationException",
    /'result'.*262144/,
  ],
  [
    "a result of too many levels",
    lambda(),
    raw("mock", { result: "[".repeat(5_000) + "]".repeat(5_000), fieldValidationMode: "NONE" }),
    "ValidationException",
    /1000 levels/,
  ],
  [
    "an unknown mode of checks",
    lambda(),
    { mock: { result: {}, fieldValidationMode: "LOOSE" } },
    "ValidationException",
    /\[STRICT,PRESENT,NONE\]/,
  ],
  [
    "secrets beside a mock",
    lambda(),
    { mock: { result: {} }, revealSecrets: true },
    "ValidationException",
    /^TestState does not support RevealSecrets when a mock is specified\.$/,
  ],
  [
    "a Parallel's result that is not a list",
    parallel,
    { mock: { result: {} } },
    "ValidationException",
    /^Mocked result must be an array\.$/,
  ],
  [
    "a Parallel's result of one branch of two",
    parallel,
    { mock: { result: [1] } },
    "ValidationException",
    /^Mocked result must contain the same number of items as number of Parallel branches\.$/,
  ],
  [
    "a Map's result that is not a list",
    map,
    { mock: { result: {} } },
    "ValidationException",
    /^Mocked result must be an array\.$/,
  ],
  [
    "a list of a Map that writes its results elsewhere",
    {
      ...map,
      ItemProcessor: { ...map.ItemProcessor, ProcessorConfig: { Mode: "DISTRIBUTED" } },
      ResultWriter: { Resource: "arn:aws:states:::s3:putObject" },
    },
    { mock: two },
    "ValidationException",
    /^Mocked result must be a JSON object\.$/,
  ],

  [
    "a context without a mock",
    lambda(),
    { context: {}, roleArn },
    "ValidationException",
    /^TestState does not support Context when a mock is not specified\.$/,
  ],
  [
    "a context that is not JSON",
    lambda(),
    { ...raw("context", "{"), mock: boom },
    "ValidationException",
    /^Invalid Context object provided: it must be valid JSON$/,
  ],
  [
    "a context that is a list",
    lambda(),
    { context: [], mock: boom },
    "ValidationException",
    /^Invalid Context object provided: it must be a JSON object$/,
  ],
  [
    "a context of a Map",
    lambda(),
    { context: { Map: {} }, mock: boom },
    "ValidationException",
    /: 'Map' field is not supported when mocking a Context object$/,
  ],
  [
    "a context with an unknown field",
    lambda(),
    { context: { Pokedex: {} }, mock: boom },
    "ValidationException",
    /: Field 'Pokedex' is not allowed$/,
  ],
  [
    "a context with such a field within",
    lambda(),
    { context: { Execution: { toString: 1 } }, mock: boom },
    "ValidationException",
    /: Field 'toString' is not allowed$/,
  ],
  [
    "a context whose id is a number",
    lambda(),
    { context: { Execution: { Id: 1 } }, mock: boom },
    "ValidationException",
    /: Execution\.Id must be a string$/,
  ],
  [
    "a context whose count is text",
    lambda(),
    { context: { State: { RetryCount: "1" } }, mock: boom },
    "ValidationException",
    /: State\.RetryCount must be an integer$/,
  ],
  [
    "a context with the token of no wait",
    lambda(),
    { context: { Task: { Token: "t" } }, mock: boom },
    "ValidationException",
    /: Context object contains 'Task' when state is not a Task state with a '\.sync' or '\.waitForTaskToken' service integration pattern$/,
  ],

  [
    "retries without a mock",
    lambda(),
    { stateConfiguration: { retrierRetryCount: 1 }, roleArn },
    "ValidationException",
    /^TestState does not support RetrierRetryCount when a mock is not specified\.$/,
  ],
  [
    "failed iterations without a mock",
    map,
    { stateConfiguration: { mapIterationFailureCount: 0 } },
    "ValidationException",
    /^TestState does not support MapIterationFailureCount when a mock is not specified\.$/,
  ],
  [
    "failed iterations of a Task",
    lambda(),
    { stateConfiguration: { mapIterationFailureCount: 1 }, mock: boom },
    "ValidationException",
    /MapIterationFailureCount for a Task state/,
  ],
  [
    "read items of a Parallel",
    parallel,
    { stateConfiguration: { mapItemReaderData: "[]" }, mock: boom },
    "ValidationException",
    /MapItemReaderData for a Parallel state/,
  ],
  [
    "an error caused by a state of a Task",
    lambda(),
    { stateConfiguration: { errorCausedByState: "Work" }, mock: boom },
    "ValidationException",
    /ErrorCausedByState for a Task state/,
  ],
  [
    "an error caused by a state that is not within",
    parallel,
    { stateConfiguration: { errorCausedByState: "Other" }, mock: boom },
    "ValidationException",
    /'Other' is not a state within/,
  ],
  [
    "retries that are not counted",
    lambda(),
    { stateConfiguration: { retrierRetryCount: -1 }, mock: boom },
    "ValidationException",
    /'-1' at 'retrierRetryCount'/,
  ],
  [
    "a configuration that is text",
    lambda(),
    { stateConfiguration: "none", mock: boom },
    "ValidationException",
    /'stateConfiguration'/,
  ],
  [
    "more failed iterations than there are",
    map,
    { input: [1, 2], stateConfiguration: { mapIterationFailureCount: 3 }, mock: two },
    "ValidationException",
    /^Map iteration failure count must be less than or equal to the number of Map iterations$/,
  ],
];

it.each(refusals)("refuses %s", async (_, state, parameters, code, message) => {
  const { send } = tester();
  await expect(send(state, parameters)).rejects.toMatchObject({
    code,
    status: 400,
    message: expect.stringMatching(message),
  });
});
