import { expect, it } from "vitest";
import { only, stage } from "../testing/states-stage.ts";
import { cloudwatchTasks } from "./cloudwatch.ts";
import { sfnTasks } from "./sfn.ts";
import { callTask } from "./testing/call.ts";

it("calls Step Functions in the form of a state: members begin with a capital letter, and times are text", async () => {
  const { start, ended, operations } = stage();
  const executionArn = await start(only({ Type: "Pass", End: true }), { a: 1 }, "one");
  await ended(executionArn);
  const tasks = sfnTasks(() => operations as never);
  const StateMachineArn = executionArn.replace(":execution:", ":stateMachine:").replace(/:one$/, "");
  const listed = await callTask(tasks, "aws-sdk:sfn:listExecutions", {
    StateMachineArn,
    StatusFilter: "SUCCEEDED",
  });
  expect(listed).toMatchObject({
    Executions: [{ ExecutionArn: executionArn, Name: "one", StartDate: "2026-01-01T00:00:00.000Z" }],
  });
  expect(
    await callTask(tasks, "aws-sdk:sfn:getExecutionHistory", { ExecutionArn: executionArn }),
  ).toMatchObject({
    Events: [
      {
        Type: "ExecutionStarted",
        Timestamp: expect.any(String),
        ExecutionStartedEventDetails: { Input: '{"a":1}' },
      },
      {},
      {},
      {},
    ],
  });
  await expect(callTask(tasks, "aws-sdk:sfn:describeExecution", { ExecutionArn: "x" })).rejects.toMatchObject(
    {
      error: "Sfn.InvalidArnException",
    },
  );
});

it("accepts metrics that CloudWatch would accept, and refuses the others", async () => {
  const put = (input: object) => callTask(cloudwatchTasks(), "aws-sdk:cloudwatch:putMetricData", input);
  const metric = { MetricName: "success", Value: 1, Unit: "Count" };
  expect(await put({ Namespace: "video", MetricData: [metric] })).toEqual({});
  for (const [input, error] of [
    [{ MetricData: [metric] }, "CloudWatch.MissingParameterException"],
    [{ Namespace: "video", MetricData: [] }, "CloudWatch.MissingParameterException"],
    [{ Namespace: "video", MetricData: [{ Value: 1 }] }, "CloudWatch.MissingParameterException"],
    [{ Namespace: "video", MetricData: [{ MetricName: "a" }] }, "CloudWatch.InvalidParameterValueException"],
    [
      { Namespace: "video", MetricData: [{ ...metric, Value: "1" }] },
      "CloudWatch.InvalidParameterValueException",
    ],
  ] as const)
    await expect(put(input)).rejects.toMatchObject({ error });
});
