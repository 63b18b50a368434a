import { expect, it } from "vitest";
import type { AttributeValue, Item } from "../values.ts";
import { expressions } from "./index.ts";

const item: Item = {
  pk: { S: "k" },
  n: { N: "5" },
  s: { S: "hello" },
  b: { B: "AAEC" },
  t: { BOOL: true },
  z: { NULL: true },
  ss: { SS: ["x", "y"] },
  ns: { NS: ["1", "20"] },
  bs: { BS: ["AA==", "AAE="] },
  l: { L: [{ N: "1" }, { S: "two" }, { L: [{ N: "3" }] }, { SS: ["y", "x"] }] },
  m: { M: { box: { M: { deep: { N: "7" } } }, status: { S: "ok" } } },
};

const values: Record<string, AttributeValue> = {
  ":n": { N: "5" },
  ":n4": { N: "4" },
  ":n6": { N: "6" },
  ":s": { S: "hello" },
  ":he": { S: "he" },
  ":x": { S: "x" },
  ":b": { B: "AAE=" },
  ":ss": { SS: ["y", "x"] },
  ":l3": { L: [{ N: "3" }] },
  ":N": { S: "N" },
  ":M": { S: "M" },
  ":t": { BOOL: true },
};

function holds(text: string, of: Item | undefined = item): boolean {
  const used = [...text.matchAll(/:\w+/g)].map(([placeholder]) => [placeholder, values[placeholder]!]);
  const all = expressions({
    ...(text.includes("#") && { ExpressionAttributeNames: { "#status": "status" } }),
    ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
  });
  const condition = all.condition(text, "ConditionExpression");
  all.finish();
  return condition.test(of);
}

it.each([
  "n = :n",
  ":n = n",
  "n <> :n4",
  "n <> s",
  "gone <> :n",
  "gone <> nowhere",
  "n < :n6",
  "n <= :n",
  "n > :n4",
  "n >= :n",
  "s < :x",
  "b > :b",
  "ss = :ss",
  "l[2] = :l3",
  "n BETWEEN :n4 AND :n6",
  "n between :n and :n",
  "NOT n BETWEEN :n6 AND :n6",
  "n IN (:s, :n)",
  "n in (gone, n2, :n)",
  "attribute_exists(m.#status)",
  "attribute_exists (l[1])",
  "attribute_not_exists(l[4])",
  "attribute_not_exists(n.x)",
  "attribute_not_exists(m[0])",
  "attribute_type(n, :N)",
  "attribute_type(:n, :N)",
  "attribute_type(m, :M)",
  "begins_with(s, :he)",
  "begins_with(b, :b)",
  "begins_with(:s, s)",
  "contains(s, :he)",
  "contains(b, :b)",
  "contains(ss, :x)",
  "contains(ns, l[0])",
  "contains(bs, :b)",
  "contains(l, :l3)",
  "contains(l, :ss)",
  "size(s) = :n",
  "size(l) = :n4",
  "size(ss) < size(b)",
  "size(m) < :n4",
  "NOT size(n) = :n",
  "m.box.deep > :n",
  "NOT NOT n = :n",
  "nOt n = :n4 aNd n = :n oR n = :n6",
  "(n = :n4 OR n = :n) AND (s = :s)",
  "n = :n OR n = :n4 AND n = :n6",
  "(n) = (:n)",
  "t = :t",
])("holds: %s", (text) => {
  expect(holds(text)).toBe(true);
  expect(holds(`NOT (${text})`)).toBe(false);
});

it.each([
  "gone = nowhere",
  "gone = :n",
  "gone < :n",
  ":n < gone",
  "s < :n",
  "l < :n",
  "n BETWEEN s AND :n6",
  "n BETWEEN :n6 AND m.box.deep",
  "gone BETWEEN :n4 AND :n6",
  "gone IN (:n)",
  "attribute_type(gone, :N)",
  "begins_with(n, :he)",
  "begins_with(s, b)",
  "contains(n, :n)",
  "contains(s, :n)",
  "contains(gone, :n)",
  "size(gone) = :n",
  "size(n) = :n",
  "size(t) < :n",
  "(n = :n OR n = :n4) AND n = :n6",
])("does not hold: %s", (text) => {
  expect(holds(text)).toBe(false);
});

it("sees no attributes if there is no item", () => {
  expect(holds("attribute_not_exists(pk)", undefined)).toBe(false);
  const all = expressions({ ExpressionAttributeValues: { ":n": { N: "1" } } });
  expect(all.condition("attribute_not_exists(pk)", "ConditionExpression").test(undefined)).toBe(true);
  expect(all.condition("n <> :n", "ConditionExpression").test(undefined)).toBe(true);
  expect(all.condition("n < :n", "ConditionExpression").test(undefined)).toBe(false);
});

it("does not treat inherited properties as attributes", () => {
  const all = expressions({});
  for (const name of ["valueOf", "toString", "m.hasOwnProperty"]) {
    expect(all.condition(`attribute_exists(${name})`, "FilterExpression").test({ m: { M: {} } })).toBe(false);
  }
});

it("names the attributes at which its paths begin", () => {
  const all = expressions({ ExpressionAttributeNames: { "#a": "dotted.name" } });
  const { attributes } = all.condition("size(#a[0].b) > c.d OR attribute_exists(e)", "FilterExpression");
  expect([...attributes]).toEqual(["dotted.name", "c", "e"]);
});
