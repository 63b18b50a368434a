import { expect, it } from "vitest";
import type { Item } from "../values.ts";
import { expressions } from "./index.ts";

const item: Item = {
  a: { M: { b: { L: [{ N: "2" }, { N: "4" }, { M: { x: { S: "hi" }, y: { S: "yo" } } }] }, c: { N: "5" } } },
  b: { S: "hello" },
};

const projectionOf = (text: string) => expressions({}).projection(text);

it.each<[string, Item]>([
  ["b", { b: { S: "hello" } }],
  [" a.c , b ", { a: { M: { c: { N: "5" } } }, b: { S: "hello" } }],
  ["a.b[0]", { a: { M: { b: { L: [{ N: "2" }] } } } }],
  ["a.b[2].y", { a: { M: { b: { L: [{ M: { y: { S: "yo" } } }] } } } }],
  ["a.b[1], a.b[0], a.c", { a: { M: { b: { L: [{ N: "2" }, { N: "4" }] }, c: { N: "5" } } } }],
  ["a.x, a.b[0], x, a.b[3].x", { a: { M: { b: { L: [{ N: "2" }] } } } }],
  ["a.b.x", {}],
  ["a[0]", {}],
  ["a.b[0].x", {}],
  ["a.b[7]", {}],
  ["toString", {}],
])("picks %s", (text, picked) => {
  expect(projectionOf(text).of(item)).toEqual(picked);
});

it("takes a dot in a name's value as part of it", () => {
  const all = expressions({ ExpressionAttributeNames: { "#n": "a.b" } });
  const projection = all.projection("#n, a.b");
  all.finish();
  expect(projection.of({ "a.b": { S: "hi" }, a: { M: { b: { S: "yo" }, c: { S: "jo" } } } })).toEqual({
    "a.b": { S: "hi" },
    a: { M: { b: { S: "yo" } } },
  });
  expect([...projection.attributes]).toEqual(["a.b", "a"]);
});

it.each([
  ["a, a", "overlap", "[a], path two: [a]"],
  ["a.b, a.b[2]", "overlap", "[a, b], path two: [a, b, [2]]"],
  ["a.b.d.e, c, a.b", "overlap", "[a, b, d, e], path two: [a, b]"],
  ["a[1], a[1]", "overlap", "[a, [1]], path two: [a, [1]]"],
  ["a.b, a[1]", "conflict", "[a, b], path two: [a, [1]]"],
])("refuses %s, whose paths %s", (text, how, paths) => {
  expect(() => projectionOf(text)).toThrow(
    `Invalid ProjectionExpression: Two document paths ${how} with each other; must remove or rewrite one of these paths; path one: ${paths}`,
  );
});
