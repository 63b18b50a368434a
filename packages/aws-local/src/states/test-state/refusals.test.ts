import { expect, it } from "vitest";
import { type TestParameters, tester } from "../../testing/one-state.ts";

const pass = { Type: "Pass", End: true };
const lambda = (more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "f" },
  End: true,
  ...more,
});
const work = { StartAt: "Work", States: { Work: pass } };
const map = { Type: "Map", ItemProcessor: work, End: true };
const machine = { StartAt: "A", States: { A: pass } };
const two = { result: [1, 2] };

const raw = (name: string, value: unknown): TestParameters => ({ wire: { [name]: value } });

type Refusal = [what: string, state: unknown, parameters: TestParameters, code: string, message: RegExp];

const refusals: Refusal[] = [
  ["a definition that is not JSON", "{", {}, "InvalidDefinition", /INVALID_JSON_DESCRIPTION/],
  ["no definition", "", {}, "ValidationException", /'definition'.*greater than or equal to 1/],
  [
    "a definition over 1 MB",
    JSON.stringify({ ...pass, Comment: "x".repeat(1_048_576) }),
    {},
    "ValidationException",
    /'definition'.*less than or equal to 1048576/,
  ],
  [
    "a state of no type",
    { ...pass, Type: "Odd" },
    {},
    "InvalidDefinition",
    /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: \[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map\] at \/States\/StateName\/Type'$/,
  ],
  ["a state that is a list", [], {}, "InvalidDefinition", /must be an object at \/States\/StateName/],
  ["a whole machine without a stateName", machine, {}, "InvalidDefinition", /needs a stateName/],
  [
    "a stateName without a whole machine",
    pass,
    { stateName: "A" },
    "InvalidDefinition",
    /'States' is missing/,
  ],
  [
    "a stateName that does not exist",
    machine,
    { stateName: "B" },
    "ValidationException",
    /^State not found in definition$/,
  ],
  [
    "a stateName that every object inherits",
    machine,
    { stateName: "constructor" },
    "ValidationException",
    /^State not found/,
  ],
  ["an empty stateName", machine, { stateName: "" }, "ValidationException", /'stateName'/],
  [
    "a branch with a missing target",
    { ...map, ItemProcessor: { ...work, StartAt: "No" } },
    { mock: two },
    "InvalidDefinition",
    /Missing 'StartAt' target: No/,
  ],
  [
    "an input that is not JSON",
    pass,
    raw("input", "{"),
    "InvalidExecutionInput",
    /^Invalid State Machine Execution Input/,
  ],
  ["an input over 256 KB", pass, { input: "x".repeat(262_143) }, "ValidationException", /'input'.*262144/],
  [
    "an unknown level",
    pass,
    { inspectionLevel: "ALL" },
    "ValidationException",
    /'ALL' at 'inspectionLevel'.*\[INFO,DEBUG,TRACE\]/,
  ],
  [
    "a Task without a role",
    lambda(),
    {},
    "ValidationException",
    /^RoleArn must be specified when testing a Task state$/,
  ],
  ["a role of 257 characters", lambda(), { roleArn: "r".repeat(257) }, "ValidationException", /'roleArn'/],
  [
    "variables that are not an object",
    pass,
    { variables: [1] },
    "ValidationException",
    /^Variables must be a JSON object$/,
  ],
  [
    "variables that are not JSON",
    pass,
    raw("variables", "{"),
    "ValidationException",
    /^Variables must be valid JSON$/,
  ],
  [
    "revealSecrets that is not a boolean",
    pass,
    { revealSecrets: "yes" },
    "ValidationException",
    /'revealSecrets'/,
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

it("accepts values at its limits", async () => {
  const { send } = tester();
  const definition = JSON.stringify({ ...pass, Comment: "" });
  const longest = definition.replace('""', `"${"x".repeat(1_048_576 - definition.length)}"`);
  const input = "x".repeat(262_142);
  expect(longest).toHaveLength(1_048_576);
  expect(await send(longest, { input })).toEqual({ status: "SUCCEEDED", output: input });
});
