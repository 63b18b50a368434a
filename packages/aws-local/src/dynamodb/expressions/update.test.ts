import fc from "fast-check";
import { expect, it } from "vitest";
import { randomItem, randomUpdate, render } from "../testing/random-requests.ts";
import { type AttributeValue, type Item, readItem } from "../values.ts";
import { expressions } from "./index.ts";

const n = (...numbers: number[]): AttributeValue => ({ L: numbers.map((number) => ({ N: String(number) })) });
const value = (number: number): AttributeValue => ({ N: String(number) });

function updateOf(text: string, values: Record<string, AttributeValue> = {}) {
  const all = expressions(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {});
  const update = all.update(text);
  all.finish();
  return update;
}

const apply = (item: Item, text: string, values?: Record<string, AttributeValue>) =>
  updateOf(text, values).apply(item);

it("sets attributes, and copies their former values", () => {
  const item: Item = { a: value(1), b: value(2) };
  expect(apply(item, "SET a = b, b = a, c = :v", { ":v": { S: "x" } })).toEqual({
    a: value(2),
    b: value(1),
    c: { S: "x" },
  });
  expect(apply(item, "REMOVE a SET c = a")).toEqual({ b: value(2), c: value(1) });
  expect(item).toEqual({ a: value(1), b: value(2) });
});

it("adds and subtracts, also with functions as operands and in parentheses", () => {
  const item: Item = { a: value(1) };
  const values = { ":v": value(10) };
  expect(apply(item, "SET a = a + :v", values)).toEqual({ a: value(11) });
  expect(apply(item, "set b = :v - a", values)).toEqual({ a: value(1), b: value(9) });
  expect(apply(item, "SET b = (if_not_exists(b, :v) + (a))", values)).toEqual({ a: value(1), b: value(11) });
});

it("takes an attribute or, where it is missing, the alternative, which may be nested", () => {
  const values = { ":v": value(1), ":none": { L: [] } };
  expect(apply({ a: value(5) }, "SET b = if_not_exists(a, :v)", { ":v": value(1) })).toMatchObject({
    b: value(5),
  });
  expect(apply({}, "SET b = if_not_exists(x, if_not_exists(y, :v))", { ":v": value(1) })).toEqual({
    b: value(1),
  });
  expect(
    apply({}, "SET b = list_append(if_not_exists(b, :none), :list)", {
      ":none": values[":none"],
      ":list": n(1),
    }),
  ).toEqual({ b: n(1) });
});

it("joins lists in the order they are given", () => {
  const item: Item = { a: n(1, 2) };
  expect(apply(item, "SET a = list_append(:v, a), b = list_append(a, a)", { ":v": n(0) })).toEqual({
    a: n(0, 1, 2),
    b: n(1, 2, 1, 2),
  });
});

it("sets within maps and lists, and copies only the parts on the path", () => {
  const item: Item = { m: { M: { l: { L: [{ M: { x: value(1) } }, { S: "same" }] }, other: n(1) } } };
  const after = apply(item, "SET m.l[0].x = :v, m.l[0].y = :v REMOVE m.l[1]", { ":v": value(2) });
  expect(after).toEqual({ m: { M: { l: { L: [{ M: { x: value(2), y: value(2) } }] }, other: n(1) } } });
  expect((after.m as { M: Item }).M.other).toBe((item.m as { M: Item }).M.other);
  expect(item).toEqual({ m: { M: { l: { L: [{ M: { x: value(1) } }, { S: "same" }] }, other: n(1) } } });
});

it("appends values past a list's end, in the order of positions", () => {
  const values = { ":a": value(84), ":b": value(37), ":c": value(17) };
  expect(apply({ a: n(1) }, "SET a[84] = :a, a[37] = :b, a[17] = :c, a[0] = :c", values)).toEqual({
    a: n(17, 17, 37, 84),
  });
});

it("uses every position in a list as it was before the update", () => {
  const item: Item = { a: n(2, 3, 4, 5, 6, 7), b: { L: [n(1, 2), n(3, 4)] } };
  for (const text of ["REMOVE a[1] SET a[3] = :v", "SET a[3] = :v REMOVE a[1]"]) {
    expect(apply(item, text, { ":v": value(17) }).a).toEqual(n(2, 4, 17, 6, 7));
  }
  expect(apply(item, "REMOVE a[0], a[2], a[10], a[5]").a).toEqual(n(3, 5, 6));
  expect(apply(item, "REMOVE b[0], b[1][0]").b).toEqual({ L: [n(4)] });
  expect(apply(item, "SET a[9] = :v REMOVE a[6]", { ":v": value(8) }).a).toEqual(n(2, 3, 4, 5, 6, 7, 8));
});

it("adds to numbers and sets, and creates missing ones", () => {
  const item: Item = { a: value(3), s: { SS: ["x", "y"] }, l: n(1) };
  expect(apply(item, "ADD a :n, b :n", { ":n": value(4) })).toMatchObject({ a: value(7), b: value(4) });
  expect(apply(item, "ADD s :s, t :s", { ":s": { SS: ["y", "z"] } })).toMatchObject({
    s: { SS: ["x", "y", "z"] },
    t: { SS: ["y", "z"] },
  });
  expect(apply(item, "ADD l[0] :n", { ":n": value(1) }).l).toEqual(n(2));
});

it("removes elements from sets, and a set with nothing left", () => {
  const item: Item = { s: { SS: ["x", "y"] }, l: { L: [{ NS: ["1"] }, { NS: ["2", "3"] }] } };
  expect(apply(item, "DELETE s :s", { ":s": { SS: ["y", "z"] } }).s).toEqual({ SS: ["x"] });
  expect(apply(item, "DELETE s :s", { ":s": { SS: ["x", "y"] } })).toEqual({ l: item.l });
  expect(apply(item, "DELETE gone :s", { ":s": { SS: ["x"] } })).toEqual(item);
  expect(apply(item, "DELETE l[0] :n, l[1] :n", { ":n": { NS: ["1", "2"] } }).l).toEqual({
    L: [{ NS: ["3"] }],
  });
});

it("removes what is there, and ignores what is not", () => {
  const item: Item = { a: { M: { x: value(1) } }, b: n(1) };
  expect(apply(item, "REMOVE a.x, b[0]")).toEqual({ a: { M: {} }, b: { L: [] } });
  expect(apply(item, "REMOVE a.y, b[7], c")).toEqual(item);
});

const MISSING = "The provided expression refers to an attribute that does not exist in the item";
const NO_PATH = "The document path provided in the update expression is invalid for update";
const WRONG_TYPE = "An operand in the update expression has an incorrect data type";

it.each<[string, Record<string, AttributeValue>, string]>([
  ["SET x = gone", {}, MISSING],
  ["SET x = :v, y = x", { ":v": value(1) }, MISSING],
  ["SET x = gone + :v", { ":v": value(1) }, MISSING],
  ["SET x = list_append(gone, :v)", { ":v": n(1) }, MISSING],
  ["SET s = s + :v", { ":v": value(1) }, WRONG_TYPE],
  ["SET x = list_append(s, :v)", { ":v": n(1) }, WRONG_TYPE],
  ["ADD s :v", { ":v": value(1) }, WRONG_TYPE],
  ["ADD ss :v", { ":v": { NS: ["1"] } }, WRONG_TYPE],
  ["DELETE ss :v", { ":v": { NS: ["1"] } }, WRONG_TYPE],
  ["DELETE l :v", { ":v": { SS: ["1"] } }, WRONG_TYPE],
  ["SET s.x = :v", { ":v": value(1) }, NO_PATH],
  ["SET l.x = :v", { ":v": value(1) }, NO_PATH],
  ["SET m[0] = :v", { ":v": value(1) }, NO_PATH],
  ["SET gone.x = :v", { ":v": value(1) }, NO_PATH],
  ["SET l[5] = :v, l[6].x = :v", { ":v": value(1) }, NO_PATH],
  ["REMOVE gone.x", {}, NO_PATH],
  ["REMOVE s[0]", {}, NO_PATH],
  ["ADD gone.x :v", { ":v": value(1) }, NO_PATH],
  ["DELETE gone.x :v", { ":v": { SS: ["1"] } }, NO_PATH],
  [
    "SET x = n + :v",
    { ":v": { N: `9${"0".repeat(125)}` } },
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
])("refuses to apply %s", (text, values, message) => {
  const item: Item = {
    s: { S: "x" },
    ss: { SS: ["x"] },
    l: n(1),
    m: { M: {} },
    n: { N: `9${"0".repeat(125)}` },
  };
  expect(() => apply(item, text, values)).toThrow(
    expect.objectContaining({ code: "ValidationException", message }),
  );
});

it("refuses to put a value deeper than 32 levels", () => {
  let deep: AttributeValue = { S: "leaf" };
  for (let level = 1; level < 32; level++) deep = { L: [deep] };
  expect(apply({}, "SET a = :v", { ":v": deep })).toEqual({ a: deep });
  expect(() => apply({ m: { M: {} } }, "SET m.a = :v", { ":v": deep })).toThrow(
    "Nesting Levels have exceeded",
  );
});

it("keeps an attribute that is named like a member of every object", () => {
  const all = expressions({
    ExpressionAttributeNames: { "#p": "__proto__" },
    ExpressionAttributeValues: { ":v": value(1) },
  });
  const after = all.update("SET #p = :v, m.#p = :v").apply({ m: { M: {} } });
  expect(JSON.stringify(after)).toBe('{"m":{"M":{"__proto__":{"N":"1"}}},"__proto__":{"N":"1"}}');
});

it("returns the parts of an item that it names", () => {
  const item: Item = { a: { M: { b: { S: "dog" }, c: n(1, 2, 3) } }, d: { S: "cat" } };
  const update = updateOf("SET a.c[1] = :v, a.b = :v REMOVE e", { ":v": value(7) });
  expect(update.touched(item)).toEqual({ a: { M: { b: { S: "dog" }, c: n(2) } } });
  expect(update.touched(update.apply(item))).toEqual({ a: { M: { b: value(7), c: n(7) } } });
  expect(updateOf("REMOVE a.c[1]").touched({ a: { M: { c: n(1, 3) } } })).toEqual({ a: { M: { c: n(3) } } });
  expect(updateOf("SET a.c[100] = :v", { ":v": value(1) }).touched(item)).toEqual({});
});

it("reports which attributes it changes, and whether it creates a missing item", () => {
  expect([...updateOf("REMOVE a.b, c[0] SET d = e").attributes]).toEqual(["a", "c", "d"]);
  expect(updateOf("REMOVE a SET d = e").creates).toBe(true);
  expect(updateOf("ADD a :v", { ":v": value(1) }).creates).toBe(true);
  expect(updateOf("REMOVE a DELETE b :v", { ":v": { SS: ["x"] } }).creates).toBe(false);
});

it("never changes the given item, and leaves the other attributes", () => {
  fc.assert(
    fc.property(randomItem, randomUpdate, (given, expression) => {
      const item = readItem(given);
      const before = JSON.stringify(item);
      const { texts, ...placeholders } = render(expression);
      const untouched = (all: Item, names: ReadonlySet<string>) =>
        Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)));
      try {
        const update = expressions(placeholders).update(texts[0]!);
        const after = update.apply(item);
        expect(untouched(after, update.attributes)).toEqual(untouched(item, update.attributes));
        expect(readItem(after)).toBe(after);
      } catch (cause) {
        expect(cause).toMatchObject({ code: "ValidationException" });
      }
      expect(JSON.stringify(item)).toBe(before);
    }),
    { numRuns: 500 },
  );
});
