import { expect, it } from "vitest";
import { evaluateChoiceRule } from "./choice-rule.ts";

const scope = { context: { State: { Name: "Pick" } }, variables: { best: 5 } };
const input = { n: 5, s: "log-2026.txt", b: true, nil: null, t: "2026-01-01T00:00:00Z", star: "a*b", min: 3 };
const holds = (rule: object) => evaluateChoiceRule(rule, input, scope);

it.each<[object, boolean]>([
  [{ Variable: "$.n", NumericEquals: 5 }, true],
  [{ Variable: "$.n", NumericGreaterThanPath: "$.min" }, true],
  [{ Variable: "$best", NumericLessThanEquals: 4 }, false],
  [{ Variable: "$$.State.Name", StringEquals: "Pick" }, true],
  [{ Variable: "$.s", StringGreaterThanEquals: "log" }, true],
  [{ Variable: "$.s", StringMatches: "log-*.txt" }, true],
  [{ Variable: "$.s", StringMatches: "log-*.tx" }, false],
  [{ Variable: "$.s", StringMatches: "*2*6*" }, true],
  [{ Variable: "$.star", StringMatches: "a\\*b" }, true],
  [{ Variable: "$.s", StringMatches: "log\\*" }, false],
  [{ Variable: "$.b", BooleanEquals: true }, true],
  [{ Variable: "$.n", BooleanEquals: true }, false],
  [{ Variable: "$.n", StringEquals: "5" }, false],
  [{ Variable: "$.t", TimestampEquals: "2026-01-01T01:00:00+01:00" }, true],
  [{ Variable: "$.t", TimestampLessThan: "2026-01-01" }, false],
  [{ Variable: "$.t", IsTimestamp: true }, true],
  [{ Variable: "$.s", IsTimestamp: true }, false],
  [{ Variable: "$.nil", IsNull: true }, true],
  [{ Variable: "$.nil", IsPresent: true }, true],
  [{ Variable: "$.nope", IsPresent: false }, true],
  [{ Variable: "$.nope", IsPresent: true }, false],
  [{ Not: { Variable: "$.n", IsString: true } }, true],
  [
    {
      And: [
        { Variable: "$.b", BooleanEquals: true },
        { Variable: "$.n", NumericLessThan: 5 },
      ],
    },
    false,
  ],
  [
    {
      Or: [
        { Variable: "$.b", BooleanEquals: false },
        { Variable: "$.n", NumericLessThan: 6 },
      ],
    },
    true,
  ],
])("%j is %s", (rule, expected) => {
  expect(holds(rule)).toBe(expected);
});

it("fails when a compared path has no value", () => {
  expect(() => holds({ Variable: "$.nope", StringEquals: "x" })).toThrow(
    "Invalid path '$.nope': The choice state's condition path references an invalid value.",
  );
  expect(() => holds({ Variable: "$.n", NumericEqualsPath: "$.nope" })).toThrow("States.Runtime");
});

it("guards a comparison with IsPresent", () => {
  const rule = {
    And: [
      { Variable: "$.x", IsPresent: true },
      { Variable: "$.x", NumericEquals: 1 },
    ],
  };
  expect(holds(rule)).toBe(false);
});

it("fails on a rule that compares nothing", () => {
  expect(() => holds({ Variable: "$.n", Next: "A" })).toThrow("States.Runtime");
});
