import fc from "fast-check";
import { expect, it } from "vitest";
import { answerForm } from "./answer-form.ts";
import type { FieldState } from "./form-field.ts";
import type { FormProblem } from "./form-problem.ts";
import { readForm } from "./form-reading.ts";
import { stateOf } from "./form-state.ts";

const reading = (schema: unknown, state: FieldState | undefined, locale = "en-US") =>
  readForm(answerForm(schema, { locale }), state);
const right = (value: unknown) => ({ ok: true, value });
const wrong = (problem: FormProblem | FormProblem["code"], ...path: (string | number)[]) => ({
  ok: false,
  problems: [{ path, problem: typeof problem === "string" ? { code: problem } : problem }],
});
const properties = (parts: Record<string, unknown>, required: string[] = Object.keys(parts)) => ({
  type: "object",
  properties: parts,
  required,
});

it("understands a decimal comma", () => {
  expect(reading(properties({ p: { type: "number" } }), ["12,50"], "de-DE")).toEqual(right({ p: 12.5 }));
  expect(reading({ type: "integer" }, "1.234", "de-DE")).toEqual(right(1234));
});

it("shows how it read an invalid number, and asks which is meant if it is ambiguous", () => {
  expect(reading({ type: "integer" }, "1.234", "en-US")).toEqual(
    wrong({ code: "not_whole", number: "1.234" }),
  );
  expect(reading({ type: "number" }, "1.234", "fr-FR")).toEqual(
    wrong({ code: "two_readings", readings: ["1234", "1,234"] }),
  );
});

it("counts characters, of which an emoji is one", () => {
  const word = { type: "string", minLength: 2, maxLength: 3 };
  expect(reading(word, "😀😀😀")).toEqual(right("😀😀😀"));
  expect(reading(word, "😀😀😀😀")).toEqual(wrong({ code: "too_long", most: 3, length: 4 }));
  expect(reading(word, "😀")).toEqual(wrong({ code: "too_short", least: 2, length: 1 }));
});

it("keeps the text 1 and the number 1 apart", () => {
  const which = { enum: [1, "1"] };
  expect([0, 1].map((chosen) => reading(which, chosen))).toEqual([right(1), right("1")]);
});

it("leaves out an untouched optional boolean, and sends a given false", () => {
  const schema = properties({ n: { type: "string" }, r: { type: "boolean" } }, ["n"]);
  expect(reading(schema, ["x", null])).toEqual(right({ n: "x" }));
  expect(reading(schema, ["x", false])).toEqual(right({ n: "x", r: false }));
});

it("reads a required box as it is drawn, and refuses false if only true is allowed", () => {
  expect(reading({ type: "boolean" }, null)).toEqual(right(false));
  expect(reading({ const: true }, null)).toEqual(wrong("only_yes"));
  expect(reading({ const: true }, true)).toEqual(right(true));
});

it.each([
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  "a.b",
  "a/b",
  "a~1b",
  "x".repeat(200),
  "💥",
])("treats a field named %j like any other", (name) => {
  const schema = JSON.parse(
    `{"type":"object","required":[${JSON.stringify(name)}],"properties":{${JSON.stringify(name)}:{"type":"string"}}}`,
  );
  const form = answerForm(schema);
  expect(form.field.initial).toEqual([null]);
  expect(readForm(form, form.field.initial)).toEqual(wrong("needed", name));
  const read = readForm(form, ["x"]);
  expect(JSON.stringify(read)).toBe(`{"ok":true,"value":{${JSON.stringify(name)}:"x"}}`);
  expect(readForm(form, stateOf(form, JSON.parse(`{${JSON.stringify(name)}:"x"}`)))).toEqual(read);
});

it.each(["1e400", "7615917337495251231"])("refuses %s, which JSON would change", (raw) => {
  for (const type of ["number", "integer"]) expect(reading({ type }, raw)).toEqual(wrong("lossy_number"));
  expect(reading(undefined, `{"id": ${raw}}`)).toEqual(wrong({ code: "lossy_number", at: "id" }));
  expect(reading({ type: "string" }, raw)).toEqual(right(raw));
});

it.each([
  [{ minimum: 1 }, "0", { code: "too_small", least: "1" }],
  [{ maximum: 50.5 }, "51", { code: "too_large", most: "50,5" }],
  [{ exclusiveMinimum: 0 }, "0", { code: "not_above", bound: "0" }],
  [{ exclusiveMaximum: 1 }, "1", { code: "not_below", bound: "1" }],
  [{ minimum: 0, exclusiveMinimum: true }, "0", { code: "not_above", bound: "0" }],
  [{ multipleOf: 0.1 }, "0,35", { code: "not_a_multiple", of: "0,1" }],
  [{}, "many", { code: "not_a_number" }],
] as const)("with %j explains the problem of %s", (rules, text, problem) => {
  expect(reading({ type: "number", ...rules }, text, "de-DE")).toEqual(wrong(problem));
});

it("accepts multiples that floating point only approximates", () => {
  expect(reading({ type: "number", multipleOf: 0.01 }, "19.99")).toEqual(right(19.99));
});

it.each([
  ["date", "2026-02-30", "not_a_date"],
  ["time", "25:00", "not_a_time"],
  ["date-time", "2026-02-30T10:00", "not_a_moment"],
  ["email", "ana at home", "not_an_email"],
  ["uri", "example.com", "not_an_address"],
] as const)("checks the text of a field for %s", (format, text, problem) => {
  expect(reading({ type: "string", format }, text)).toEqual(wrong(problem));
});

it("accepts the values of browsers' fields for days, times and addresses", () => {
  const schema = properties({
    day: { type: "string", format: "date" },
    time: { type: "string", format: "time" },
    mail: { type: "string", format: "email" },
    link: { type: "string", format: "uri" },
  });
  expect(reading(schema, ["2026-02-28", "14:30", " ana@example.com ", "mailto:ana@example.com"])).toEqual(
    right({ day: "2026-02-28", time: "14:30:00Z", mail: "ana@example.com", link: "mailto:ana@example.com" }),
  );
});

it("reads rows, and ignores empty ones", () => {
  const tags = { type: "array", items: { type: "string" }, minItems: 2, maxItems: 3, uniqueItems: true };
  expect(reading(tags, ["a", null, "b", ""])).toEqual(right(["a", "b"]));
  expect(reading(tags, ["a", null])).toEqual(wrong({ code: "too_few", least: 2 }));
  expect(reading(tags, ["a", "b", "c", "d"])).toEqual(wrong({ code: "too_many", most: 3 }));
  expect(reading(tags, ["a", "b", "a"])).toEqual(wrong("two_equal"));
});

it("names the row and the part that is wrong", () => {
  const line = properties({ sku: { type: "string" }, count: { type: "integer" } });
  const schema = properties({ lines: { type: "array", items: line } });
  const rows: FieldState = [
    [
      ["x", "2"],
      ["y", "two"],
      [null, "3"],
    ],
  ];
  expect(reading(schema, rows)).toEqual({
    ok: false,
    problems: [
      { path: ["lines", 1, "count"], problem: { code: "not_a_number" } },
      { path: ["lines", 2, "sku"], problem: { code: "needed" } },
    ],
  });
});

it("sends what was ticked in the order in which it was", () => {
  expect(reading({ type: "array", items: { enum: ["a", "b", 3] } }, [2, 0])).toEqual(right([3, "a"]));
});

it("leaves out an untouched optional group, though it has required or default parts", () => {
  const address = properties({
    street: { type: "string" },
    country: { const: "CH" },
    floor: { default: 1, type: "integer" },
  });
  const form = answerForm(properties({ name: { type: "string" }, address }, ["name"]));
  const [, untouched] = form.field.initial as FieldState[];
  expect(readForm(form, ["Ana", untouched!])).toEqual(right({ name: "Ana" }));
  expect(readForm(form, ["Ana", [null, 0, "2"]])).toEqual(wrong("needed", "address", "street"));
  expect(readForm(form, ["Ana", ["Main St", 0, "2"]])).toEqual(
    right({ name: "Ana", address: { street: "Main St", country: "CH", floor: 2 } }),
  );
  expect(readForm(form, ["Ana", ["", 0, ""]])).toEqual(right({ name: "Ana" }));
});

it("sends an empty object and an empty list only if they are required", () => {
  const parts = {
    group: properties({ a: { type: "string" } }, []),
    list: { type: "array", items: { type: "string" } },
  };
  expect(reading(properties(parts), [[null], []])).toEqual(right({ group: {}, list: [] }));
  expect(reading(properties(parts, []), [[null], []])).toEqual(right({}));
});

it("sends null only when somebody chose it", () => {
  const schema = properties({
    nick: { type: ["string", "null"] },
    age: { anyOf: [{ type: "integer" }, { type: "null" }] },
  });
  expect(reading(schema, [{ none: true }, { none: true }])).toEqual(right({ nick: null, age: null }));
  expect(reading(schema, [null, { none: true }])).toEqual(wrong("needed", "nick"));
  expect(reading({ type: "string" }, { none: true })).toEqual(wrong("needed"));
});

it("sends a fixed value, whatever its state is", () => {
  const schema = properties({
    kind: { const: "refund" },
    by: { type: "string", readOnly: true, default: "Ana" },
  });
  expect(reading(schema, ["x", "Bo"])).toEqual(right({ kind: "refund", by: "Ana" }));
});

it("does not run a pattern: the server does", () => {
  expect(reading({ type: "string", pattern: "^(a+)+$" }, `${"a".repeat(60)}!`)).toEqual(
    right(`${"a".repeat(60)}!`),
  );
});

it("names what is required, and treats blanks as empty", () => {
  expect(
    reading(properties({ a: { type: "string" }, b: { enum: ["x"] }, c: {} }, ["a", "c"]), ["  ", null, ""]),
  ).toEqual({
    ok: false,
    problems: [
      { path: ["a"], problem: { code: "needed" } },
      { path: ["c"], problem: { code: "needed" } },
    ],
  });
  expect(reading(undefined, "{")).toEqual(wrong("not_json"));
});

/** A schema and a value that fits it and has nothing that a form leaves out. */
interface Fitting {
  readonly schema: Record<string, unknown>;
  readonly value: unknown;
}

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== "");
const two = (n: number, length = 2) => String(n).padStart(length, "0");
const day = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, date]) => `${two(year, 4)}-${two(month)}-${two(date)}`);
const scalar: fc.Arbitrary<Fitting> = fc.oneof(
  word.map((value) => ({ schema: { type: "string", maxLength: [...value].length }, value })),
  day.map((value) => ({ schema: { type: "string", format: "date" }, value })),
  day.map((value) => ({ schema: { type: "string", format: "date-time" }, value: `${value}T10:00:00+02:00` })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((n) => ({ schema: { type: "number" }, value: n + 0 })),
  fc
    .maxSafeInteger()
    .map((value) => ({ schema: { type: "integer", minimum: value, maximum: value }, value })),
  fc.boolean().map((value) => ({ schema: { type: "boolean" }, value })),
  fc.constant({ schema: { type: ["string", "null"] }, value: null }),
  fc
    .uniqueArray(fc.jsonValue({ maxDepth: 1 }), {
      minLength: 2,
      maxLength: 5,
      selector: (value) => JSON.stringify(value),
    })
    .map((values) => JSON.parse(JSON.stringify(values)) as unknown[])
    .chain((values) => fc.constantFrom(...values).map((value) => ({ schema: { enum: values }, value }))),
);
const fitting = fc.letrec<{ field: Fitting }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc
      .array(word, { minLength: 1, maxLength: 4 })
      .map((value) => ({ schema: { type: "array", items: { type: "string" } }, value })),
    fc.shuffledSubarray(["a", "b", "c", "1"], { minLength: 1 }).map((value) => ({
      schema: { type: "array", items: { enum: ["a", "b", "c", "1", 1] }, uniqueItems: true },
      value,
    })),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.constantFrom("__proto__", "constructor", ""), word), tie("field")), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((parts) => ({
        schema: {
          type: "object",
          properties: Object.fromEntries(parts.map(([name, { schema }]) => [name, schema])),
          required: parts.map(([name]) => name),
        },
        value: Object.fromEntries(parts.map(([name, { value }]) => [name, value])),
      })),
    tie("field").map(({ schema, value }) => ({
      schema: { type: "array", items: { type: "object", properties: { it: schema }, required: ["it"] } },
      value: [{ it: value }, { it: value }],
    })),
  ),
})).field;

it("returns every value that it was filled with, in every locale", () => {
  const locales = fc.constantFrom("de-DE", "en-US", "fr-FR", "ar-EG");
  fc.assert(
    fc.property(fitting, locales, ({ schema, value }, locale) => {
      const form = answerForm(schema, { locale });
      // A draft goes through JSON.
      const state = JSON.parse(JSON.stringify(stateOf(form, value))) as FieldState;
      expect(readForm(form, state)).toEqual(right(value));
    }),
    { numRuns: 400 },
  );
});
