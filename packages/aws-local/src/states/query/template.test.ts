import { describe, expect, it } from "vitest";
import { evaluateTemplate } from "./template.ts";

const scope = { context: { State: { Name: "Ask" } }, variables: { limit: 3 } };
const input = { name: "Ana", list: [1, 2, 2, 3], json: '{"a":1}', object: { b: 2 } };
const evaluate = (call: string) =>
  (evaluateTemplate({ "result.$": call }, input, scope) as { result: unknown }).result;
const failure = (call: string) => {
  try {
    return { value: evaluate(call) };
  } catch (cause) {
    return { error: (cause as { error: string }).error, detail: (cause as { detail: string }).detail };
  }
};

it("replaces the fields that end in .$ at any depth and no others", () => {
  const template = {
    "who.$": "$.name",
    fixed: "$.name",
    deep: [{ "state.$": "$$.State.Name" }],
    "max.$": "$limit",
  };
  expect(evaluateTemplate(template, input, scope)).toEqual({
    who: "Ana",
    fixed: "$.name",
    deep: [{ state: "Ask" }],
    max: 3,
  });
});

it("names the field whose path has no value", () => {
  expect(failure("$.nope")).toEqual({
    error: "States.Runtime",
    detail: `The JSONPath '$.nope' specified for the field 'result.$' could not be found in the input '${JSON.stringify(input)}'`,
  });
});

it("refuses a field that is neither a path nor a call", () => {
  expect(failure("plain text").error).toBe("States.Runtime");
  expect(() => evaluateTemplate({ "a.$": 1 }, input, scope)).toThrow("States.Runtime");
});

describe("intrinsic functions", () => {
  it.each<[string, unknown]>([
    ["States.Format('Hello {}, {} of {}', $.name, 1, true)", "Hello Ana, 1 of true"],
    ["States.Format('it\\'s \\{literal\\} \\\\ {}', $.name)", "it's {literal} \\ Ana"],
    ["States.Format('{}', $.object)", '{"b":2}'],
    ["States.StringToJson($.json)", { a: 1 }],
    ["States.JsonToString($.object)", '{"b":2}'],
    ["States.Array()", []],
    ["States.Array($.name, 'x', null, -1.5)", ["Ana", "x", null, -1.5]],
    ["States.ArrayPartition($.list, 3)", [[1, 2, 2], [3]]],
    ["States.ArrayContains($.list, 3)", true],
    ["States.ArrayContains($.list, '3')", false],
    ["States.ArrayRange(1, 9, 4)", [1, 5, 9]],
    ["States.ArrayGetItem($.list, 1)", 2],
    ["States.ArrayLength($.list[?(@ > 1)])", 3],
    ["States.ArrayUnique($.list)", [1, 2, 3]],
    ["States.Base64Encode('Hello')", "SGVsbG8="],
    ["States.Base64Decode('SGVsbG8=')", "Hello"],
    ["States.Hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
    ["States.JsonMerge($.object, States.StringToJson('{\"b\":3}'), false)", { b: 3 }],
    ["States.MathAdd(1.4, 2)", 3],
    ["States.MathRandom(5, 6)", 5],
    ["States.StringSplit('This.is+a,,test=string', '.+,=')", ["This", "is", "a", "test", "string"]],
    ["States.ArrayGetItem(States.StringSplit('a/b', '/'), States.MathAdd(0, 1))", "b"],
  ])("%s", (call, expected) => {
    expect(evaluate(call)).toEqual(expected);
  });

  it("returns the same number for the same seed, within the range", () => {
    expect(evaluate("States.MathRandom(1, 999, 42)")).toBe(evaluate("States.MathRandom(1, 999, 42)"));
    expect(evaluate("States.MathRandom(1, 999, 42)")).toBeLessThan(999);
    expect(evaluate("States.UUID()")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it.each([
    "States.Format('{} {}', 1)",
    "States.StringToJson('{')",
    "States.ArrayGetItem($.list, 9)",
    "States.ArrayPartition($.list, 0)",
    "States.ArrayRange(1, 5000, 1)",
    "States.ArrayLength($.name)",
    "States.Hash('a', 'CRC')",
    "States.JsonMerge($.object, $.object, true)",
    "States.MathAdd('1', 2)",
    "States.UUID(1)",
    "States.Base64Encode(7)",
  ])("%s is an intrinsic failure", (call) => {
    expect(failure(call).error).toBe("States.IntrinsicFailure");
  });

  it.each([
    "States.Format('open",
    "States.Format('\\n')",
    "States.Nothing(1)",
    "States.Array(1 2)",
    "States.Array($.nope)",
    `${"States.Array(".repeat(11)}1${")".repeat(11)}`,
  ])("%s fails at run time", (call) => {
    expect(failure(call).error).toBe("States.Runtime");
  });
});
