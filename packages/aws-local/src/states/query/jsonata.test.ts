import { expect, it } from "vitest";
import { evaluateJsonata } from "./jsonata.ts";

const bindings = { states: { input: { items: [1, 2, 3], name: "Ana" } }, variables: { bias: 4 } };
const evaluate = (template: unknown) => evaluateJsonata(template, bindings);
const detail = (template: unknown, field?: string) =>
  evaluateJsonata(template, bindings, field).then(
    (value) => ({ value }),
    ({ error, detail: text }) => ({ error, text }),
  );

it("evaluates expressions at any depth and treats everything else literally", async () => {
  const template = {
    sum: "{% $sum($states.input.items) + $bias %}",
    nested: [{ name: "{% $states.input.name %}" }, " {% $bias %}", 7, null],
    "path.$": "$.a",
  };
  expect(await evaluate(template)).toEqual({
    sum: 10,
    nested: [{ name: "Ana" }, " {% $bias %}", 7, null],
    "path.$": "$.a",
  });
});

it("returns plain arrays and objects, and keeps null", async () => {
  const result = await evaluate("{% $states.input.items[$ > 1] %}");
  expect(Object.getOwnPropertyNames(result)).toEqual(["0", "1", "length"]);
  expect(await evaluate("{% null %}")).toBeNull();
  expect(await evaluate("{% $states.input.items[$ > 2] %}")).toBe(3);
});

it("has the functions that Step Functions adds", async () => {
  expect(await evaluate("{% $partition([1..5], 2) %}")).toEqual([[1, 2], [3, 4], [5]]);
  expect(await evaluate("{% $range(0, 10, 5) %}")).toEqual([0, 5, 10]);
  expect(await evaluate("{% $range(3, 1, -1) %}")).toEqual([3, 2, 1]);
  expect(await evaluate("{% $hash('a', 'MD5') %}")).toBe("0cc175b9c0f1b6a831c399e269772661");
  expect(await evaluate("{% $random(7) = $random(7) %}")).toBe(true);
  expect(await evaluate("{% $random() < 1 %}")).toBe(true);
  expect(await evaluate("{% $uuid() %}")).toMatch(/^[0-9a-f-]{36}$/);
  expect(await evaluate(`{% $parse('{"a":[1]}').a %}`)).toEqual([1]);
});

it("has no $eval", async () => {
  expect(await detail("{% $eval('1') %}")).toMatchObject({ error: "States.QueryEvaluationError" });
});

it("names the field whose expression has no value", async () => {
  expect(await detail({ result: "{% $doesNotExist %}" })).toEqual({
    error: "States.QueryEvaluationError",
    text: "The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined).",
  });
  expect(await detail("{% $missing %}", "Arguments")).toMatchObject({
    text: expect.stringContaining("'Arguments'"),
  });
});

it.each([
  "{% 1 + %}",
  "{% 'a' + 1 %}",
  "{% $range(1, 5000, 1) %}",
  "{% $parse('{') %}",
  "{% $sum %}",
  "{% [function($x){$x}] %}",
])("%s is a query evaluation error", async (expression) => {
  expect(await detail(expression)).toMatchObject({ error: "States.QueryEvaluationError" });
});

it("stops an expression that would never end", async () => {
  expect(await detail("{% ($f := function($x){ 1 + $f($x) }; $f(1)) %}")).toMatchObject({
    error: "States.QueryEvaluationError",
  });
});

it("binds a variable even when it is named as a member of every object", async () => {
  const named = { states: {}, variables: { constructor: "mine" } };
  expect(await evaluateJsonata("{% $constructor %}", named)).toBe("mine");
});
