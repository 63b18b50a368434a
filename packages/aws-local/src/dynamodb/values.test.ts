import fc from "fast-check";
import { expect, it } from "vitest";
import { randomItem, randomValue } from "./testing/random-requests.ts";
import {
  type AttributeValue,
  compareValues,
  equalValues,
  itemBytes,
  keyPart,
  readItem,
  readValue,
  valueBytes,
} from "./values.ts";

const nested = (levels: number): AttributeValue =>
  levels === 1 ? { S: "leaf" } : { M: { n: nested(levels - 1) } };

it("reads values of every type, makes numbers canonical, and keeps canonical ones", () => {
  const item = { a: { S: "" }, b: { L: [{ BOOL: false }, { NULL: true }, { B: "/w==" }, { M: {} }] } };
  expect(readItem(item)).toBe(item);
  expect(readItem({ n: { N: "+1.0" }, l: { L: [{ M: { m: { NS: ["1E1", "2"] } } }] } })).toEqual({
    n: { N: "1" },
    l: { L: [{ M: { m: { NS: ["10", "2"] } } }] },
  });
  expect(readItem({ a: { S: "x", N: null, Unknown: 1 } })).toEqual({ a: { S: "x" } });
});

it("keeps an attribute that is named like a member of every object", () => {
  const item = readItem(JSON.parse('{"__proto__":{"N":"01"},"constructor":{"S":"c"}}'));
  expect(JSON.stringify(item)).toBe('{"__proto__":{"N":"1"},"constructor":{"S":"c"}}');
});

it.each<[string, unknown, string]>([
  ["no type", {}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
  [
    "two types",
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
  ["text for a number", { N: "x" }, "The parameter cannot be converted to a numeric value: x"],
  [
    "a false null",
    { NULL: false },
    "One or more parameter values were invalid: Null attribute value types must have the value of true",
  ],
  [
    "an empty set of text",
    { SS: [] },
    "One or more parameter values were invalid: An string set  may not be empty",
  ],
  [
    "an empty set of numbers",
    { NS: [] },
    "One or more parameter values were invalid: An number set  may not be empty",
  ],
  [
    "an empty set of binary",
    { BS: [] },
    "One or more parameter values were invalid: Binary sets should not be empty",
  ],
  [
    "text twice in a set",
    { SS: ["a", "b", "a"] },
    "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.",
  ],
  ["a number twice in a set, in any notation", { NS: ["1", "1.0"] }, "Input collection contains duplicates"],
  [
    "binary twice in a set",
    { BS: ["AA==", "AA=="] },
    "One or more parameter values were invalid: Input collection [AA==, AA==]of type BS contains duplicates.",
  ],
  [
    "33 levels",
    nested(33),
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  ],
])("refuses %s at any depth", (_, value, message) => {
  const refused = expect.objectContaining({ code: "ValidationException", message });
  expect(() => readValue(value)).toThrow(refused);
  expect(() => readItem({ a: { L: [{ M: { m: value } }] } })).toThrow(refused);
});

it("allows 32 levels, and empty text in a set", () => {
  expect(readValue(nested(32))).toEqual(nested(32));
  expect(readValue({ SS: ["", "a"] })).toEqual({ SS: ["", "a"] });
});

it.each<[string, unknown, string]>([
  ["a number that is not text", { N: 1 }, "NUMBER_VALUE cannot be converted to String"],
  ["text that is not a boolean", { BOOL: "yes" }, "STRING_VALUE cannot be converted to Boolean"],
  ["a set that is not a list", { SS: "a" }, "Unexpected field type"],
  ["a value that is text", "a", "Unexpected value type in payload"],
  ["base64 cut off", { B: "AAA" }, "Base64 encoded length is expected a multiple of 4 bytes but found: 3"],
  ["base64 with unused bits set", { B: "AB==" }, "Invalid Base64 character detected"],
])("cannot read %s", (_, value, message) => {
  expect(() => readItem({ a: value })).toThrow(
    expect.objectContaining({ code: "SerializationException", message }),
  );
});

it.each<[AttributeValue, number]>([
  [{ S: "" }, 0],
  [{ S: "é😀" }, 6],
  [{ S: "x".repeat(40) }, 40],
  [{ N: "0" }, 1],
  [{ N: "7" }, 2],
  [{ N: "-27" }, 2],
  [{ N: "100" }, 2],
  [{ N: "0.00123" }, 3],
  [{ N: "12345678901234567890123456789012345678" }, 20],
  [{ B: "" }, 0],
  [{ B: "AA==" }, 1],
  [{ B: "AAECAw==" }, 4],
  [{ BOOL: true }, 1],
  [{ NULL: true }, 1],
  [{ SS: ["a", "bc"] }, 3],
  [{ NS: ["1", "100"] }, 4],
  [{ BS: ["AA==", "AAE="] }, 3],
  [{ L: [] }, 3],
  [{ M: {} }, 3],
  [{ L: [{ S: "ab" }, { NULL: true }] }, 3 + (2 + 1) + (1 + 1)],
  [{ M: { ab: { S: "c" }, é: { L: [] } } }, 3 + (2 + 1 + 1) + (2 + 3 + 1)],
])("counts the bytes of %j as %i", (value, bytes) => {
  expect(valueBytes(value)).toBe(bytes);
  expect(itemBytes({ pk: { S: "k" }, né: value })).toBe(2 + 1 + 3 + bytes);
});

it("treats a value as equal to its JSON copy, and to no other", () => {
  fc.assert(
    fc.property(randomItem, randomValue, (given, other) => {
      const item = readItem(given);
      expect(equalValues({ M: item }, readValue(JSON.parse(JSON.stringify({ M: item }))))).toBe(true);
      expect(equalValues({ L: [{ M: item }] }, { L: [{ M: item }, readValue(other)] })).toBe(false);
    }),
  );
  expect(equalValues({ SS: ["a", "b"] }, { SS: ["b", "a"] })).toBe(true);
  expect(equalValues({ SS: ["a", "b"] }, { SS: ["a", "c"] })).toBe(false);
  expect(equalValues({ S: "1" }, { N: "1" })).toBe(false);
  expect(equalValues({ M: { a: { N: "1" }, b: { N: "2" } } }, { M: { b: { N: "2" }, a: { N: "1" } } })).toBe(
    true,
  );
});

it("orders text by its UTF-8 and binary by its bytes, as their keys sort", () => {
  const bytesOf = (value: AttributeValue) => Buffer.from(keyPart(value));
  const values = fc.oneof(
    fc
      .array(
        fc.constantFrom("a", "z", "é", "\u07ff", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"),
      )
      .map((units) => ({ S: units.join("") })),
    fc.uint8Array().map((bytes) => ({ B: Buffer.from(bytes).toString("base64") })),
  );
  fc.assert(
    fc.property(values, values, (a, b) => {
      const order = compareValues(a, b);
      if ("S" in a !== "S" in b) expect(order).toBeUndefined();
      else expect(Math.sign(order!)).toBe(Buffer.compare(bytesOf(a), bytesOf(b)));
    }),
  );
  expect(compareValues({ S: "\uffff" }, { S: "\u{10000}" })).toBeLessThan(0);
  expect(compareValues({ BOOL: true }, { BOOL: false })).toBeUndefined();
});
