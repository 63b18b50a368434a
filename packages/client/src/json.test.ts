import { expect, it } from "vitest";
import { isJson } from "./json.ts";

class Point {
  x = 1;
}
const itself: { self?: unknown } = {};
itself.self = itself;

it.each([
  ["text", "a"],
  ["nothing", null],
  ["numbers", [0, -1.5, 1e300, Number.MAX_SAFE_INTEGER]],
  ["what is nested", { a: [{ b: true }], c: undefined }],
  ["a name that objects have", JSON.parse('{"__proto__":{"constructor":1}}')],
  ["an object without a prototype", Object.create(null)],
  ["an object of a class", new Point()],
  ["a moment", new Date(0)],
])("keeps %s", (_, value) => {
  expect(isJson(value)).toBe(true);
});

it.each([
  ["NaN", Number.NaN],
  ["a number without end, deep within", { a: [{ b: Number.POSITIVE_INFINITY }] }],
  ["nothing in a list", ["a", undefined]],
  ["a gap in a list", Array(1)],
  ["a large integer of its own type", { id: 1n }],
  ["a function", { act: () => {} }],
  ["a symbol", Symbol("a")],
  ["a map", new Map([["a", 1]])],
  ["a set", new Set([1])],
  ["an error", new Error("a")],
  ["an invalid date", new Date(Number.NaN)],
  ["what holds itself", itself],
])("does not keep %s", (_, value) => {
  expect(isJson(value)).toBe(false);
});
