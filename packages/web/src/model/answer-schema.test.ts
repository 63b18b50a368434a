import { expect, it } from "vitest";
import { answerShape, initialInput, readAnswer } from "./answer-schema.ts";

const poster = {
  type: "object",
  required: ["size", "copies"],
  properties: {
    size: { enum: ["A3", "A2"] },
    copies: { type: "integer", minimum: 1, maximum: 50 },
    note: { type: "string", maxLength: 500, title: "Anything else" },
    folded: { type: "boolean", default: true },
  },
};

it("asks for a flat object field by field", () => {
  const shape = answerShape(poster);
  expect(shape.shape === "fields" && shape.fields.map((field) => [field.label, field.input])).toEqual([
    ["Size", "choice"],
    ["Copies", "integer"],
    ["Anything else", "long_text"],
    ["Folded", "boolean"],
  ]);
  expect(initialInput(shape)).toEqual({ size: "", copies: "", note: "", folded: true });
});

it("gives values of the right types and leaves out what is empty", () => {
  const input = { size: "A2", copies: "3", note: "", folded: false };
  expect(readAnswer(answerShape(poster), input)).toEqual({
    ok: true,
    value: { size: "A2", copies: 3, folded: false },
  });
});

it("names what is wrong, field by field", () => {
  expect(readAnswer(answerShape(poster), { size: "", copies: "1.5" })).toEqual({
    ok: false,
    problems: { size: "This is needed.", copies: "A whole number, please." },
  });
  expect(readAnswer(answerShape(poster), { size: "A7", copies: "51" })).toEqual({
    ok: false,
    problems: { size: "Choose one of these.", copies: "At most 50." },
  });
});

it("asks for a bare value with one field", () => {
  const shape = answerShape({ type: "string", minLength: 2 });
  expect(readAnswer(shape, { answer: "ok" })).toEqual({ ok: true, value: "ok" });
  expect(readAnswer(shape, { answer: "o" })).toEqual({
    ok: false,
    problems: { answer: "At least 2 characters." },
  });
});

it.each([
  ["a nested object", { type: "object", properties: { a: { type: "object" } } }],
  ["a list", { type: "array" }],
  ["no schema", undefined],
])("asks for JSON when the schema is %s", (_, schema) => {
  const shape = answerShape(schema);
  expect(shape).toEqual({ shape: "json" });
  expect(readAnswer(shape, { answer: '{"a":[1]}' })).toEqual({ ok: true, value: { a: [1] } });
  expect(readAnswer(shape, { answer: "{" })).toEqual({
    ok: false,
    problems: { answer: "This is not JSON." },
  });
});
