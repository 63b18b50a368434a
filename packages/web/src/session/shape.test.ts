import { expect, it } from "vitest";
import { isFlag, isNumber, isText, readShape, shaped, textLike } from "./shape.ts";

const shape = { name: isText, "age?": isNumber, "kind?": textLike(/^[ab]$/), "of?": shaped({ on: isFlag }) };

it("reads the fields that it names, and no others", () => {
  expect(readShape({ name: "x", age: 3, more: 1, of: { on: true } }, shape)).toEqual({
    name: "x",
    age: 3,
    of: { on: true },
  });
});

it.each([
  null,
  [],
  "x",
  {},
  { name: null },
  { name: 3 },
  { name: "x", age: "3" },
  { name: "x", age: null },
  { name: "x", kind: "ab" },
  { name: "x", of: {} },
  { name: "x", of: null },
])("reads nothing of %j", (value) => {
  expect(readShape(value, shape)).toBeUndefined();
});

it("reads no inherited field", () => {
  expect(readShape({}, { constructor: (value: unknown) => typeof value === "function" })).toBeUndefined();
  expect(readShape(JSON.parse('{"__proto__": {"name": "x"}}'), shape)).toBeUndefined();
});
