import { expect, it } from "vitest";
import { answerForm } from "./answer-form.ts";
import { placedIssues } from "./server-issues.ts";

const line = { type: "object", properties: { b: { type: "string" }, "b.c": { type: "string" } } };
const form = answerForm({
  type: "object",
  properties: {
    a: { type: "array", items: line },
    tags: { type: "array", items: { type: "string" } },
    "x.y": { type: "string" },
    meta: {},
  },
});
const state = [
  [
    ["x", null],
    ["y", null],
  ],
  [null, "t", "u"],
  null,
  null,
];

it.each([
  ["value.a.1.b: too short", ["a", 1, "b"], "too short"],
  ["value.a.1.b.c: too short", ["a", 1, "b.c"], "too short"],
  ["value.x.y: not this", ["x.y"], "not this"],
  ["value.a: too many", ["a"], "too many"],
  ["value.meta.x.1: not a text", ["meta"], "x.1: not a text"],
  ["value.toString: not wanted", [], "toString: not wanted"],
  ["value: over 8192 bytes", [], "over 8192 bytes"],
])("finds the field of %j", (issue, path, problem) => {
  expect(placedIssues(form, state, [issue])).toEqual([{ path, problem: { code: "said", text: problem } }]);
});

it("finds the intended row after an empty one", () => {
  expect(placedIssues(form, state, ["value.tags.1: not this"])).toEqual([
    { path: ["tags", 2], problem: { code: "said", text: "not this" } },
  ]);
});

it("leaves out what is not about the value", () => {
  expect(placedIssues(form, state, ["candidateId: not among them", "values: no", "schema: no"])).toEqual([]);
});
