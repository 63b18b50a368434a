import { expect, it } from "vitest";
import { roleArn, tester } from "../../testing/one-state.ts";

// The examples of https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html; where one has Arguments
// in JSONPath, which no machine may have, it has Parameters here.

const lambda = (more: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "MyFunction", "Payload.$": "$" },
  ...more,
});

it("tests a Choice at the level INFO, which is the usual one", async () => {
  const { send } = tester();
  const choices = [1, 2].map((n) => ({ Variable: "$.number", NumericEquals: n, Next: `Equals ${n}` }));
  expect(
    await send({ Type: "Choice", Choices: choices, Default: "No Match" }, { input: { number: 2 } }),
  ).toEqual({ output: { number: 2 }, nextState: "Equals 2", status: "SUCCEEDED" });
});

it("shows at the level DEBUG how a Pass filters its data", async () => {
  const { operations } = tester();
  expect(
    await operations.TestState({
      definition: JSON.stringify({
        Type: "Pass",
        InputPath: "$.payload",
        Parameters: { data: 1 },
        ResultPath: "$.result",
        OutputPath: "$.result.data",
        Next: "Another State",
      }),
      roleArn,
      input: '{"payload": {"foo": "bar"}}',
      inspectionLevel: "DEBUG",
    }),
  ).toEqual({
    output: "1",
    inspectionData: {
      input: '{"payload": {"foo": "bar"}}',
      afterInputPath: '{"foo":"bar"}',
      afterParameters: '{"data":1}',
      afterResultSelector: '{"data":1}',
      afterResultPath: '{"payload":{"foo":"bar"},"result":{"data":1}}',
    },
    nextState: "Another State",
    status: "SUCCEEDED",
  });
});

it("shows how a failed Task had changed its data", async () => {
  const { send } = tester({
    fail: async () => {
      throw new Error("out of order");
    },
  });
  expect(
    await send(
      {
        Type: "Task",
        Resource: "arn:aws:states:::test:fail",
        InputPath: "$.a",
        Parameters: { "b.$": "$.b" },
        ResultPath: "$.c",
        End: true,
      },
      { input: { a: { b: 1 } }, roleArn, inspectionLevel: "DEBUG" },
    ),
  ).toEqual({
    status: "FAILED",
    error: "States.TaskFailed",
    cause: "out of order",
    inspectionData: { input: { a: { b: 1 } }, afterInputPath: { b: 1 }, afterParameters: { b: 1 } },
  });
});

it("mocks a result and an error of a service", async () => {
  const { send } = tester();
  const task = lambda({ End: true });
  const Payload = { statusCode: 200, body: "Success" };
  expect(
    await send(task, {
      input: { key: "value" },
      // By Lambda's model, which applies by default, a payload is text.
      mock: { result: { Payload }, fieldValidationMode: "NONE" },
    }),
  ).toEqual({ status: "SUCCEEDED", output: { Payload } });
  const errorOutput = { error: "Lambda.ServiceException", cause: "Service unavailable" };
  expect(await send(task, { input: { key: "value" }, mock: { errorOutput } })).toEqual({
    status: "FAILED",
    ...errorOutput,
  });
});

it("evaluates the inputs of a Map's iterations, and runs none", async () => {
  const { send } = tester();
  const { inspectionData, ...answer } = await send(
    {
      Type: "Map",
      ItemsPath: "$.items",
      ItemSelector: { "value.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index" },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "ProcessItem",
        States: { ProcessItem: lambda({ End: true }) },
      },
      End: true,
    },
    { input: { items: [1, 2] }, mock: { result: [10, 20] }, inspectionLevel: "DEBUG" },
  );
  expect(answer).toEqual({ status: "SUCCEEDED", output: [10, 20] });
  expect(inspectionData).toMatchObject({
    afterItemsPath: [1, 2],
    afterItemSelector: [
      { value: 1, index: 0 },
      { value: 2, index: 1 },
    ],
    maxConcurrency: 0,
  });
});

it("reads the items of an ItemReader from the input", async () => {
  const { send } = tester();
  const ItemReader = {
    Resource: "arn:aws:states:::s3:getObject",
    Parameters: { Bucket: "my-bucket", Key: "orders.json" },
  };
  const orders = [{ orderId: "123" }, { orderId: "456" }, { orderId: "789" }];
  const answer = await send(
    {
      Type: "Map",
      ItemReader,
      ItemsPath: "$.orders",
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Process",
        States: { Process: { Type: "Pass", End: true } },
      },
      ToleratedFailureCount: 5,
      End: true,
    },
    { input: { orders }, mock: { result: [1, 2, 3] }, inspectionLevel: "DEBUG" },
  );
  expect(answer.inspectionData).toMatchObject({ afterItemsPath: orders, toleratedFailureCount: 5 });
});

it("uses a context object for the values of an execution", async () => {
  const { send } = tester();
  const context = {
    Execution: {
      Id: "arn:aws:states:us-east-1:123456789012:execution:MyStateMachine:test-exec-123",
      Name: "test-exec-123",
      StartTime: "2024-01-01T10:00:00.000Z",
    },
    State: { Name: "ProcessData", EnteredTime: "2024-01-01T10:00:05.000Z" },
  };
  const Payload = {
    "executionId.$": "$$.Execution.Id",
    "stateName.$": "$$.State.Name",
    "enteredTime.$": "$$.State.EnteredTime",
  };
  const answer = await send(lambda({ Parameters: { FunctionName: "MyFunction", Payload }, End: true }), {
    input: { data: "value" },
    context,
    mock: { result: { status: "success" } },
    inspectionLevel: "DEBUG",
  });
  expect(answer).toMatchObject({
    status: "SUCCEEDED",
    output: { status: "success" },
    inspectionData: {
      afterParameters: {
        Payload: {
          executionId: context.Execution.Id,
          stateName: "ProcessData",
          enteredTime: "2024-01-01T10:00:05.000Z",
        },
      },
    },
  });
});

it("says which retrier applies, and how long it waits", async () => {
  const { send } = tester();
  const Retry = [
    { ErrorEquals: ["Lambda.ServiceException"], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 },
  ];
  const errorOutput = { error: "Lambda.ServiceException", cause: "Service error" };
  const answer = await send(lambda({ Retry, End: true }), {
    input: { data: "value" },
    stateConfiguration: { retrierRetryCount: 1 },
    mock: { errorOutput },
    inspectionLevel: "DEBUG",
  });
  expect(answer).toMatchObject({ status: "RETRIABLE", ...errorOutput });
  expect(answer.inspectionData?.errorDetails).toEqual({ retryBackoffIntervalSeconds: 4, retryIndex: 0 });
});

it("says which catcher applies, where it leads and with what", async () => {
  const { send } = tester();
  const Catch = [
    {
      ErrorEquals: ["Lambda.TooManyRequestsException"],
      ResultPath: "$.error",
      Next: "HandleThrottling",
    },
  ];
  const errorOutput = { error: "Lambda.TooManyRequestsException", cause: "Rate exceeded" };
  const answer = await send(lambda({ Catch, Next: "Success" }), {
    input: { data: "value" },
    mock: { errorOutput },
    inspectionLevel: "DEBUG",
  });
  expect(answer).toMatchObject({
    status: "CAUGHT_ERROR",
    nextState: "HandleThrottling",
    ...errorOutput,
    output: {
      data: "value",
      error: { Error: "Lambda.TooManyRequestsException", Cause: "Rate exceeded" },
    },
  });
  expect(answer.inspectionData?.errorDetails).toEqual({ catchIndex: 0 });
});

it("names the failed state of a Parallel", async () => {
  const { send } = tester();
  const branch = { StartAt: "ProcessItem", States: { ProcessItem: lambda({ End: true }) } };
  const Catch = [{ ErrorEquals: ["States.TaskFailed"], Next: "Recover" }];
  const answer = await send(
    { Type: "Parallel", Branches: [branch], Catch, End: true },
    {
      stateConfiguration: { errorCausedByState: "ProcessItem" },
      mock: { errorOutput: { error: "States.TaskFailed", cause: "Task execution failed" } },
    },
  );
  expect(answer).toMatchObject({ status: "CAUGHT_ERROR", nextState: "Recover" });
});

it("tests a state of a whole machine, within a Map as its first iteration", async () => {
  const { send } = tester();
  const machine = {
    QueryLanguage: "JSONata",
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: {
          StartAt: "Look",
          States: {
            Look: { Type: "Pass", Output: "{% $states.context.Map.Item %}", Next: "Go" },
            Go: { Type: "Succeed" },
          },
        },
        End: true,
      },
    },
  };
  expect(await send(machine, { stateName: "Look", input: { id: 7 } })).toEqual({
    status: "SUCCEEDED",
    nextState: "Go",
    output: { Index: 0, Value: { id: 7 } },
  });
});

it("tests one state after another, by the output and the next state of the one before", async () => {
  const { send } = tester();
  const machine = {
    QueryLanguage: "JSONata",
    StartAt: "Ask",
    States: {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
        Arguments: { Entries: [{ Detail: { taskToken: "{% $states.context.Task.Token %}" } }] },
        Assign: { verb: "{% $states.result.verb %}" },
        Next: "Route",
      },
      Route: {
        Type: "Choice",
        Choices: [{ Condition: "{% $verb = 'pick' %}", Next: "Publish" }],
        Default: "Drop",
      },
      Publish: { Type: "Succeed" },
      Drop: { Type: "Fail" },
    },
  };
  const asked = await send(machine, {
    stateName: "Ask",
    mock: { result: { verb: "pick" } },
    inspectionLevel: "DEBUG",
  });
  const { variables, afterArguments } = asked.inspectionData as {
    variables: unknown;
    afterArguments: { Entries: { Detail: { taskToken: string } }[] };
  };
  expect(variables).toEqual({ verb: "pick" });
  expect(afterArguments.Entries[0]?.Detail.taskToken).toMatch(/^[\w-]{40,}$/);
  const routed = await send(machine, { stateName: asked.nextState, input: asked.output, variables });
  expect(routed).toEqual({ status: "SUCCEEDED", output: { verb: "pick" }, nextState: "Publish" });
  expect(await send(machine, { stateName: routed.nextState, input: routed.output })).toEqual({
    status: "SUCCEEDED",
    output: { verb: "pick" },
  });
});
