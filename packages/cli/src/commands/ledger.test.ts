import { expect, it } from "vitest";
import { executionArnOf } from "./ledger.ts";

const arn = "arn:aws:states:eu-central-1:123456789012:execution:titles:v_1";

it("accepts an ARN of a deployment and of one machine", () => {
  expect(executionArnOf(arn, true)).toBe(arn);
  expect(executionArnOf(arn, false)).toBe(arn);
  expect(executionArnOf(arn.replace("arn:aws:", "arn:aws-us-gov:"), false)).toBeDefined();
});

it("accepts a video's id on one machine", () => {
  const local = "arn:aws:states:us-east-1:000000000000:execution:post-processing:v_1";
  expect(executionArnOf("v_1", true)).toBe(local);
  expect(executionArnOf("v_1", false)).toBeUndefined();
});

it("accepts an execution of any state machine on one machine, as keys name it", () => {
  const local = "arn:aws:states:us-east-1:000000000000:execution:orders:o_1";
  expect(executionArnOf("orders:o_1", true)).toBe(local);
  expect(executionArnOf("orders:o_1", false)).toBeUndefined();
});

it.each([
  "a:b:c",
  ":b",
  "arn:aws:states:eu-central-1:123456789012:stateMachine:titles",
  "video/v_1",
  "",
  "a b",
])("does not accept %j", (given) => {
  expect(executionArnOf(given, true)).toBeUndefined();
});
