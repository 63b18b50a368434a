import { expect, it } from "vitest";
import { tester } from "../../testing/one-state.ts";

/** Why a mocked result of a service's operation is refused; undefined when it is accepted. */
async function refusal(operation: string, result: unknown, fieldValidationMode?: string) {
  const { send } = tester();
  const state = { Type: "Task", Resource: `arn:aws:states:::${operation}`, End: true };
  return send(state, { mock: { result, ...(fieldValidationMode && { fieldValidationMode }) } }).then(
    () => undefined,
    (cause: Error) => cause.message.replace("Mock result schema validation error: ", ""),
  );
}

const started = { ExecutionArn: "arn", StartDate: "2026-01-01T00:00:00Z" };

it.each([
  ["events:putEvents", { Entries: "no list" }, "Field 'Entries' must be an array"],
  [
    "events:putEvents",
    { Entries: [{ EventId: "e" }, { EventId: ["e"] }] },
    "Field 'EventId' must be a string",
  ],
  ["events:putEvents", { Entries: ["e"] }, "Field 'Entries' must be an object"],
  ["lambda:invoke", { StatusCode: "200" }, "Field 'StatusCode' must be a number"],
  [
    "dynamodb:putItem",
    { ConsumedCapacity: { CapacityUnits: "123.45" } },
    "Field 'CapacityUnits' must be a number",
  ],
  ["dynamodb:getItem", { Item: { id: { S: 1 } } }, "Field 'S' must be a string"],
  [
    "dynamodb:getItem",
    { Item: { id: { L: [{ M: { a: { BOOL: "yes" } } }] } } },
    "Field 'BOOL' must be a boolean",
  ],
  ["dynamodb:getItem", { Item: ["id"] }, "Field 'Item' must be an object"],
  ["states:startExecution", { ...started, StartDate: 1764103483 }, "Field 'StartDate' must be a string"],
  ["states:startExecution", { ExecutionArn: "arn" }, "Required field 'StartDate' is missing"],
  ["states:startExecution", { ...started, ExecutionArn: null }, "Required field 'ExecutionArn' is missing"],
  [
    "states:startExecution",
    { executionArn: "arn", startDate: "now" },
    "Required field 'ExecutionArn' is missing",
  ],
  ["aws-sdk:s3:getObject", { ContentLength: "9000" }, "Field 'ContentLength' must be a number"],
  ["aws-sdk:s3:getObject", { StorageClass: "Papyrus" }, "Field 'StorageClass' is not an expected value"],
  ["aws-sdk:kms:encrypt", { CiphertextBlob: 123 }, "Field 'CiphertextBlob' must be a string"],
  [
    "aws-sdk:kms:encrypt",
    { CiphertextBlob: "" },
    "Field 'CiphertextBlob' is smaller than the minimum length",
  ],
  ["aws-sdk:kms:encrypt", { KeyId: "k".repeat(2_049) }, "Field 'KeyId' exceeds the maximum length"],
  [
    "aws-sdk:lambda:getFunction",
    { Configuration: { MemorySize: 127 } },
    "Field 'MemorySize' is less than the minimum value",
  ],
  [
    "aws-sdk:lambda:getFunction",
    { Configuration: { MemorySize: 99_999 } },
    "Field 'MemorySize' exceeds the maximum value",
  ],
  ["sqs:sendMessage", ["list"], "Mocked result must be a JSON object"],
  ["bedrock:invokeModel", { Body: "b" }, "Required field 'ContentType' is missing"],
])("refuses as the result of %s %j: %s", async (operation, result, problem) => {
  expect(await refusal(operation, result)).toBe(problem);
});

it.each([
  ["a field that the model does not know", "events:putEvents", { random: "json" }],
  ["nothing where no field is required", "events:putEvents", {}],
  [
    "what a model's types cannot describe",
    "aws-sdk:bedrockruntime:converse",
    {
      Output: {
        Message: {
          Role: "assistant",
          Content: [{ ToolUse: { ToolUseId: "t", Name: "n", Input: { any: [1] } } }],
        },
      },
      StopReason: "end_turn",
      Usage: { InputTokens: 1, OutputTokens: 1, TotalTokens: 2 },
      Metrics: { LatencyMs: 1 },
    },
  ],
  ["anything of an operation that answers nothing", "aws-sdk:kms:enableKey", { any: 1 }],
  ["a null for a field that may be absent", "lambda:invoke", { Payload: null }],
  ["what a function gives", "aws-sdk:lambda:invoke", { Payload: "{}" }],
])("takes %s", async (_, operation, result) => {
  expect(await refusal(operation, result)).toBeUndefined();
});

it("requires no field in the mode PRESENT, and checks those that exist", async () => {
  expect(await refusal("states:startExecution", {}, "PRESENT")).toBeUndefined();
  expect(await refusal("states:startExecution", { StartDate: true }, "PRESENT")).toBe(
    "Field 'StartDate' must be a string",
  );
});

it("checks nothing in the mode NONE", async () => {
  expect(await refusal("states:startExecution", { StartDate: true }, "NONE")).toBeUndefined();
  expect(await refusal("glue:startJobRun", [1], "NONE")).toBeUndefined();
});

it.each(["STRICT", "PRESENT"])("says in the mode %s which model is missing", async (mode) => {
  expect(await refusal("glue:startJobRun", {}, mode)).toBe(
    "there is no model of the service 'glue' here; use the fieldValidationMode NONE",
  );
  expect(await refusal("aws-sdk:dynamodb:fly", {}, mode)).toBe(
    "there is no model of an operation 'fly' of the service 'dynamodb' here; use the fieldValidationMode NONE",
  );
  expect(await refusal("aws-sdk:dynamodb:constructor", {}, mode)).toContain("no model of an operation");
});
