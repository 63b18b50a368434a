import { expect, it } from "vitest";
import { jsonSchemaAnswers } from "./json-schema-answers.ts";

const { issues } = jsonSchemaAnswers;
const title = {
  type: "object",
  required: ["title"],
  properties: {
    title: { type: "string", minLength: 3, maxLength: 20, pattern: "^[A-Z]" },
    tags: { type: "array", items: { $ref: "#/$defs/tag" }, maxItems: 2 },
  },
  additionalProperties: false,
  $defs: { tag: { enum: ["live", "talk"] } },
};

it("finds nothing wrong with an answer that fits", () => {
  expect(issues(title, { title: "Opening night", tags: ["live"] })).toEqual([]);
  expect(issues({}, null)).toEqual([]);
});

it("names the field of each problem once", () => {
  const found = issues(title, { title: "no", tags: ["live", "film"], more: 1 });
  expect(found.map((issue) => issue.split(":")[0]).sort()).toEqual([
    "value",
    "value.tags.1",
    "value.title",
    "value.title",
  ]);
  expect(issues(title, {})).toEqual([expect.stringMatching(/^value: .*title/)]);
});

it("gives ten issues at most", () => {
  const many = Array.from({ length: 50 }, (_, i) => i);
  expect(issues({ type: "array", items: { type: "string" } }, many)).toHaveLength(10);
});

it.each([
  ["follows no reference out of the schema", { $ref: "https://example.com/schema.json" }],
  ["follows no reference to a file", { properties: { a: { $ref: "file:///etc/passwd" } } }],
  ["survives a reference to nothing", { $ref: "#/$defs/none" }],
  ["survives a reference to itself", { $ref: "#" }],
  ["survives a pattern that is none", { pattern: "(" }],
  ["survives a type that is none", { type: 7 }],
])("%s", (_what, schema) => {
  expect(issues(schema, "answer")).toEqual([expect.stringMatching(/^(schema|value): /)]);
});

it.each([
  ["a pattern", { pattern: "^(a|a)*$" }, `${"a".repeat(60)}!`],
  [
    "references that double",
    {
      $defs: Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => {
          const next = { $ref: `#/$defs/d${i + 1}` };
          return [`d${i}`, i === 39 ? {} : { allOf: [next, { ...next }] }];
        }),
      ),
      $ref: "#/$defs/d0",
    },
    "answer",
  ],
])("gives up a check that %s would make endless", (_what, schema, value) => {
  const began = performance.now();
  expect(issues(schema, value)).toEqual(["schema: it is not a JSON Schema that can be used"]);
  expect(performance.now() - began).toBeLessThan(2000);
});

it("refuses what is too large or too deep to check", () => {
  const deep = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 1);
  expect(issues({}, "x".repeat(9000))).toEqual(["value: over 8192 bytes"]);
  expect(issues({}, deep)).toEqual(["value: deeper than 32 levels"]);
  expect(issues({ const: deep }, 1)).toEqual(["schema: deeper than 32 levels"]);
});
