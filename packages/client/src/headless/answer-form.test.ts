import fc from "fast-check";
import { expect, it } from "vitest";
import { answerForm } from "./answer-form.ts";
import type { AnswerField, FieldState } from "./form-field.ts";
import { readForm } from "./form-reading.ts";
import { stateOf } from "./form-state.ts";

/** A form's fields in a few words each. */
function drawn(field: AnswerField): unknown {
  switch (field.kind) {
    case "group":
      return Object.fromEntries(field.parts.map(({ name, field: part }) => [name, drawn(part)]));
    case "list":
      return [drawn(field.item)];
    case "choice":
    case "picks":
      return `${field.kind}: ${field.options.map((option) => option.label).join(", ")}`;
    case "text":
      return field.format ?? (field.multiline ? "lines" : "text");
    case "number":
      return field.integer ? "integer" : "number";
    default:
      return field.kind;
  }
}
const drawnFrom = (schema: unknown) => drawn(answerForm(schema).field);
const properties = (parts: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  properties: parts,
  required,
});

it("draws each kind of field", () => {
  const schema = properties({
    name: { type: "string" },
    note: { type: "string", maxLength: 500 },
    due: { type: "string", format: "date" },
    at: { type: "string", format: "date-time" },
    mail: { type: "string", format: "email" },
    link: { type: "string", format: "uri" },
    price: { type: "number" },
    copies: { type: "integer" },
    folded: { type: "boolean" },
    size: { enum: ["A3", "A2"] },
    tags: { type: "array", items: { type: "string" } },
    days: { type: "array", items: { enum: ["Mon", "Tue"] } },
    lines: { type: "array", items: properties({ sku: { type: "string" }, count: { type: "integer" } }) },
    address: properties({ street: { type: "string" }, geo: properties({ lat: { type: "number" } }) }),
    whatever: {},
    pair: { type: "array", prefixItems: [{ type: "string" }] },
  });
  expect(drawnFrom(schema)).toEqual({
    name: "text",
    note: "lines",
    due: "date",
    at: "date-time",
    mail: "email",
    link: "uri",
    price: "number",
    copies: "integer",
    folded: "boolean",
    size: "choice: A3, A2",
    tags: ["text"],
    days: "picks: Mon, Tue",
    lines: [{ sku: "text", count: "integer" }],
    address: { street: "text", geo: { lat: "number" } },
    whatever: "json",
    pair: "json",
  });
});

it.each([
  ["a bare text", { type: "string" }, "text"],
  ["a bare choice", { enum: [1, 2] }, "choice: 1, 2"],
  ["no schema", undefined, "json"],
  ["a schema that nothing fits", false, "json"],
  ["an object of any names", { type: "object", additionalProperties: { type: "string" } }, "json"],
  ["several types", { type: ["string", "number"] }, "json"],
  ["a condition", { ...properties({ a: { type: "string" } }), if: {}, else: {} }, "json"],
  ["a misspelt type", { type: "strnig" }, "json"],
  ["an empty enum", { enum: [] }, "json"],
  ["no type but what it is about", { minLength: 2 }, "text"],
  ["two kinds of numbers", { type: ["integer", "number"] }, "number"],
])("draws %s", (_, schema, right) => {
  expect(drawnFrom(schema)).toEqual(right);
});

it("follows references within the schema, in any notation", () => {
  const $defs = { n: { type: "integer" }, "a/b": { $anchor: "here", type: "number" } };
  const references = properties({
    a: { $ref: "#/$defs/n" },
    b: { $ref: "https://example.com/a#/$defs/n" },
    c: { $ref: "#/$defs/a~1b" },
    d: { $ref: "#here" },
    e: { $ref: "#/$defs/none" },
    f: { $ref: "other.json#/n" },
    g: { $ref: "#/%" },
    $ref: { type: "string" },
  });
  expect(drawnFrom({ $id: "https://example.com/a", $defs, ...references })).toEqual({
    a: "integer",
    b: "integer",
    c: "number",
    d: "number",
    e: "json",
    f: "json",
    g: "json",
    $ref: "text",
  });
});

it("asks for the recursive part of a schema as JSON", () => {
  const node = properties({
    name: { type: "string" },
    child: { $ref: "#/$defs/node" },
    more: { type: "array", items: { $ref: "#/$defs/node" } },
  });
  expect(drawnFrom({ $defs: { node }, $ref: "#/$defs/node" })).toEqual({
    name: "text",
    child: "json",
    more: "json",
  });
});

it("reads a schema of rows that adds a rule by allOf, as generators write it", () => {
  const item = { ...properties({ child: { type: "string" } }), allOf: [{ required: ["child"] }] };
  const form = answerForm({ type: "array", items: item });
  expect(drawn(form.field)).toEqual([{ child: "text" }]);
  expect(readForm(form, [[null]])).toEqual({
    ok: false,
    problems: [{ path: [0, "child"], problem: { code: "needed" } }],
  });
});

it("uses the default of a reference that is wrapped in allOf, and shows no option that is not sent", () => {
  const schema = {
    $defs: { animal: { enum: ["Cat", "Dog"], default: "Dog" } },
    ...properties({ animal: { allOf: [{ $ref: "#/$defs/animal" }] }, other: { enum: ["Cat"] } }, ["animal"]),
  };
  const form = answerForm(schema);
  expect(form.field.initial).toEqual([1, null]);
  expect(readForm(form, form.field.initial)).toEqual({ ok: true, value: { animal: "Dog" } });
});

it("uses the stricter of two rules, and JSON if they cannot be combined", () => {
  const both = {
    allOf: [
      { type: "number", minimum: 1 },
      { type: "integer", minimum: 3, maximum: 9 },
    ],
  };
  const { field } = answerForm(both);
  expect(field).toMatchObject({ kind: "number", integer: true, minimum: 3, maximum: 9 });
  expect(drawnFrom({ allOf: [{ type: "string" }, { type: "number" }] })).toBe("json");
  expect(
    drawnFrom({ allOf: [properties({ a: { type: "string" } }), properties({ b: { enum: [1] } })] }),
  ).toEqual({
    a: "text",
    b: "choice: 1",
  });
});

it("draws a list that may be null, as generators write what is optional", () => {
  const schema = properties({
    target: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }], default: null },
    size: { anyOf: [{ enum: ["S", "M"] }, { type: "null" }] },
    on: { type: ["boolean", "null"] },
  });
  const { field } = answerForm(schema);
  expect(drawn(field)).toEqual({ target: ["text"], size: "choice: S, M, None", on: "choice: Yes, No, None" });
  expect(field.initial).toEqual([{ none: true }, null, null]);
});

it("never offers what the schema's type refuses, and distinguishes equal labels", () => {
  expect(drawnFrom({ type: "string", enum: ["a", null, 1, "a"] })).toBe("choice: a");
  expect(drawnFrom({ enum: [1, "1", "", null, true, { a: 1 }] })).toBe(
    'choice: 1 (number), 1 (text), (empty), None, Yes, {"a":1}',
  );
  expect(drawnFrom({ type: "string", oneOf: [{ const: "a", title: "First" }, { const: "b" }] })).toBe(
    "choice: First, b",
  );
  const same = ["a", "b"].map((value) => ({ const: value, title: "Same" }));
  expect(drawnFrom({ oneOf: same })).toBe("choice: Same (a), Same (b)");
});

it("labels a field by its title, else by its name as words", () => {
  const names = ["due_date", "__proto__", "a.b/c", "", " ", "x".repeat(200), "😀 mood"];
  const { field } = answerForm(
    properties(
      Object.fromEntries(
        [...names, "titled"].map((name) => [
          name,
          name === "titled" ? { type: "string", title: "Called so" } : { type: "string" },
        ]),
      ),
    ),
  );
  if (field.kind !== "group") throw new Error(field.kind);
  expect(field.parts.map((part) => part.field.label)).toEqual([
    "Due date",
    "Proto",
    "A.b/c",
    "(no name)",
    "(no name)",
    `X${"x".repeat(199)}`,
    "😀 mood",
    "Called so",
  ]);
});

it("asks for JSON when there are too many fields", () => {
  const many = (count: number) =>
    properties(Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { type: "string" }])));
  expect(Object.keys(drawnFrom(many(100)) as object)).toHaveLength(100);
  expect(drawnFrom(many(300))).toBe("json");
});

it("offers thousands of options quickly", () => {
  const values = Array.from({ length: 20_000 }, (_, n) => n);
  const before = performance.now();
  const { field } = answerForm(
    properties({ n: { enum: values }, list: { type: "array", items: { enum: values } } }),
  );
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(field).toMatchObject({ parts: [{ field: { kind: "choice" } }, { field: { kind: "list" } }] });
});

it("is not slowed down by exploding references", () => {
  const level = (n: number) => ({ allOf: Array.from({ length: 6 }, () => ({ $ref: `#/$defs/l${n + 1}` })) });
  const $defs = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`l${n}`, level(n)]));
  expect(drawnFrom({ $defs, $ref: "#/$defs/l0" })).toBe("json");
  const wide = Object.fromEntries(
    Array.from({ length: 5 }, (_, n) => [
      `w${n}`,
      properties(
        Object.fromEntries("abcdefgh".split("").map((name) => [name, { $ref: `#/$defs/w${n + 1}` }])),
      ),
    ]),
  );
  expect(drawnFrom({ $defs: { ...wide, w5: { type: "string" } }, $ref: "#/$defs/w0" })).toBe("json");
  let deep: unknown = {};
  for (let n = 0; n < 100_000; n++) deep = { allOf: [deep] };
  expect(drawnFrom(deep)).toBe("json");
});

const keyword = fc.constantFrom(
  ...[
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "default",
    "title",
  ],
  ...[
    "minLength",
    "maximum",
    "multipleOf",
    "format",
    "readOnly",
    "examples",
    "minItems",
    "uniqueItems",
    "__proto__",
  ],
);
const wildSchema = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(
      true,
      false,
      null,
      "string",
      "object",
      "array",
      "#",
      "#/allOf/0",
      "number",
      "date",
      0,
      -1,
    ),
    fc.jsonValue(),
    fc.array(tie("schema"), { maxLength: 4 }),
    fc
      .array(fc.tuple(keyword, tie("schema")), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).schema;

it("never throws, for any schema, value and state", () => {
  fc.assert(
    fc.property(wildSchema, fc.jsonValue(), (schema, value) => {
      const form = answerForm(schema, { locale: "de-DE" });
      readForm(form, form.field.initial);
      readForm(form, undefined);
      readForm(form, value as FieldState);
      readForm(form, stateOf(form, value));
    }),
    { numRuns: 500 },
  );
});
