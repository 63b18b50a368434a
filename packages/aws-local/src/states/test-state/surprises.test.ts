import { expect, it } from "vitest";
import { tester } from "../../testing/one-state.ts";

// What has surprised people who tested their states with AWS or with an emulator.

/** A state that starts another machine and waits for its end. */
const nested = (Output: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::states:startExecution.sync:2",
  QueryLanguage: "JSONata",
  Arguments: {
    StateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:ConditionalStep",
    Name: "{% $states.context.Execution.Name & '_1' %}",
    Input: { contextInput: "{% $states.input %}" },
  },
  Output,
  Next: "Batch SubmitJob",
});
const ended = {
  ExecutionArn: "arn:aws:states:us-east-1:000000000000:execution:ConditionalStep:e",
  StateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:ConditionalStep",
  Status: "SUCCEEDED",
  StartDate: "2025-12-17T10:00:00.000Z",
  StopDate: "2025-12-17T10:00:01.000Z",
  Output: '{"in_file":"a.h5ad"}',
};

it("returns the end of another execution as DescribeExecution does, with text for times and output", async () => {
  const { send } = tester();
  const state = nested("{% $merge([$parse($states.result.Output), $states.input]) %}");
  expect(await send(state, { input: { run: 1 }, mock: { result: ended } })).toEqual({
    status: "SUCCEEDED",
    nextState: "Batch SubmitJob",
    output: { in_file: "a.h5ad", run: 1 },
  });
  for (const [field, value] of [
    ["StartDate", 1765965600],
    ["StopDate", 1765965601],
    ["Output", { in_file: "a.h5ad" }],
  ] as const) {
    await expect(send(state, { mock: { result: { ...ended, [field]: value } } })).rejects.toMatchObject({
      message: `Mock result schema validation error: Field '${field}' must be a string`,
    });
  }
});

it("returns only the state's Output of the mocked result", async () => {
  const { send } = tester();
  const answer = await send(nested("{% $merge([$states.result, $states.input]) %}"), {
    input: { Status: "from the input" },
    mock: { result: ended },
    inspectionLevel: "DEBUG",
  });
  expect(answer.output).toEqual({ ...ended, Status: "from the input" });
  expect(answer.inspectionData).toMatchObject({
    afterArguments: { Input: { contextInput: { Status: "from the input" } } },
    result: ended,
  });
});

it("requires a function's payload as text, as in Lambda's model, unless checks are off", async () => {
  const { send } = tester();
  const state = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    QueryLanguage: "JSONata",
    Arguments: { FunctionName: "f" },
    Output: "{% $states.result.Payload %}",
    End: true,
  };
  const payload = { statusCode: 200 };
  expect(await send(state, { mock: { result: { Payload: JSON.stringify(payload) } } })).toMatchObject({
    output: '{"statusCode":200}',
  });
  await expect(send(state, { mock: { result: { Payload: payload } } })).rejects.toMatchObject({
    message: "Mock result schema validation error: Field 'Payload' must be a string",
  });
  const unchecked = { result: { Payload: payload }, fieldValidationMode: "NONE" };
  expect(await send(state, { mock: unchecked })).toMatchObject({ output: payload });
});

it("assigns the value of a JSONata expression only in a state whose language is JSONata", async () => {
  const { send } = tester();
  const state = { Type: "Pass", Assign: { example: "{% $states.input.foo %}" }, Next: "baz" };
  const parameters = { input: { foo: "bar" }, inspectionLevel: "DEBUG" };
  const jsonPath = await send(state, parameters);
  expect(jsonPath.inspectionData).toMatchObject({ variables: { example: "{% $states.input.foo %}" } });
  const jsonata = await send({ ...state, QueryLanguage: "JSONata" }, parameters);
  expect(jsonata.inspectionData).toEqual({
    input: { foo: "bar" },
    variables: { example: "bar" },
  });
});

it("lets a state read the variables that it is given, and shows them", async () => {
  const { send } = tester();
  const answer = await send(
    { Type: "Pass", QueryLanguage: "JSONata", Output: { code: "{% $executionHttpCode %}" }, End: true },
    { variables: { executionHttpCode: "204" }, inspectionLevel: "TRACE" },
  );
  expect(answer).toMatchObject({
    output: { code: "204" },
    inspectionData: { variables: { executionHttpCode: "204" } },
  });
});

it("leaves a Choice by the first true rule, with that rule's Assign and Output", async () => {
  const { send } = tester();
  const rule = (name: string, Condition: string) => ({
    Condition,
    Assign: { [`var_${name}`]: `from ${name}` },
    Output: { [name]: `from ${name}` },
    Next: "Pass",
  });
  const answer = await send(
    {
      Type: "Choice",
      QueryLanguage: "JSONata",
      Choices: [rule("rule1", "{% 'a' = 'a' and 'b' = 'b' %}"), rule("rule2", "{% 'b' != 'b' %}")],
      Default: "Pass",
      Assign: { var_default: "from default" },
      Output: { default: "from default" },
    },
    { inspectionLevel: "DEBUG" },
  );
  expect(answer).toMatchObject({ nextState: "Pass", output: { rule1: "from rule1" } });
  expect(answer.inspectionData).toMatchObject({ variables: { var_rule1: "from rule1" } });
});

it("fails a Choice whose variable is missing", async () => {
  const { send } = tester();
  const answer = await send({
    Type: "Choice",
    Choices: [{ Variable: "$.foo", NumericEquals: 1, Next: "A" }],
    Default: "A",
  });
  expect(answer).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  expect(answer.cause).toContain("Invalid path '$.foo'");
});

it("fails a state whose expression has no value, unless a catcher takes that", async () => {
  const { send } = tester();
  const Output = { v: "{% $states.input.missing %}" };
  const pass = await send({ Type: "Pass", QueryLanguage: "JSONata", Output, End: true });
  expect(pass).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  expect(pass.cause).toContain("specified for the field 'Output/v' returned nothing (undefined)");
  const Catch = [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Mend" }];
  const task = { Type: "Task", QueryLanguage: "JSONata", Resource: "arn:aws:states:::sns:publish" };
  expect(
    await send({ ...task, Output, Catch, End: true }, { mock: { result: { MessageId: "m" } } }),
  ).toMatchObject({ status: "CAUGHT_ERROR", nextState: "Mend" });
});

it("fails without a cause if a Fail has none", async () => {
  const { send } = tester();
  expect(await send({ Type: "Fail" })).toEqual({ status: "FAILED" });
});
