import { expect, it } from "vitest";
import { sameRecording } from "./compare.ts";

it.each([
  ["arn:aws:states:us-east-1:0:stateMachine:a", "<redacted>", true],
  ["2026-01-01T00:00:00.000Z", "timestamp", true],
  ["0f8fad5b-d9cb-469f-a165-70867728950e", "name", true],
  ['{"b":1,"a":[2]}', { a: [2], b: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  ["text", "other", false],
  [[1, 2], [2, 1], false],
  [undefined, null, true],
])("compares %j with %j", (actual, expected, same) => {
  expect(sameRecording(actual, expected)).toBe(same);
});
