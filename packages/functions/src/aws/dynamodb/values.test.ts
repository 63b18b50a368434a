import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Attributes, toAttributes, toValues } from "./values.ts";

const name = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("toString", "a.b", "#a", ":b"),
);
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 })
  .map((value) => value + 0);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    number,
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(name, tie("tree"), { maxKeys: 4 }),
  ),
}));
const row = fc.dictionary(name, tree, { maxKeys: 6 });

it("stores and reads plain values as the SDK does", () => {
  fc.assert(
    fc.property(row, (values) => {
      const theirs = marshall(values, { removeUndefinedValues: true });
      const ours = toAttributes(values);
      expect(ours).toEqual(theirs);
      expect(toValues(ours)).toEqual(unmarshall(theirs));
    }),
  );
});

it("leaves out what is undefined, however deep, and keeps null", () => {
  expect(toAttributes({ a: undefined, b: null, c: [1, undefined, { d: undefined }] })).toEqual({
    b: { NULL: true },
    c: { L: [{ N: "1" }, { M: {} }] },
  });
});

it.each([
  [0.1, "0.1"],
  [-0, "0"],
  [1e-7, "1e-7"],
  [9007199254740991, "9007199254740991"],
  [0.1 + 0.2, "0.30000000000000004"],
])("sends %f as its shortest decimal", (value, decimal) => {
  expect(toAttributes({ value })).toEqual({ value: { N: decimal } });
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 1e21])(
  "refuses %f, which is not a number or may have been rounded",
  (value) => {
    expect(() => toAttributes({ deep: [{ value }] })).toThrow(new RangeError("value is not a safe number"));
    expect(() => marshall({ value })).toThrow();
  },
);

it.each([
  ["a set", new Set(["a"])],
  ["bytes", new Uint8Array([1])],
  ["a date", new Date(0)],
  ["a map", new Map()],
  ["a large integer", 1n],
  ["a function", () => {}],
  ["a symbol", Symbol("a")],
])("refuses to store %s", (_what, value) => {
  expect(() => toAttributes({ field: { value } })).toThrow(/^value is of a kind that is not stored/);
});

it.each([{ SS: ["a"] }, { NS: ["1"] }, { B: "AA==" }, { BS: ["AA=="] }])("refuses to read %j", (stored) => {
  expect(() => toValues({ value: stored } as unknown as Attributes)).toThrow(
    /^value is of a kind that is not read/,
  );
});

const read = (decimal: string) => toValues({ value: { N: decimal } }).value;

it.each([
  ["1E+2", 100],
  ["100.00", 100],
  ["-0.50", -0.5],
  [".5", 0.5],
  ["00012", 12],
  ["0", 0],
  ["-0.0", -0],
  ["1e-130", 1e-130],
  ["9007199254740992", 2 ** 53],
  ["0.30000000000000004", 0.1 + 0.2],
])("reads %s in any notation", (decimal, value) => {
  expect(read(decimal)).toBe(value);
});

it.each([
  "9007199254740993",
  "-12345678901234567890123456789012345678",
  "0.1234567890123456789",
  "1e400",
  "1e-400",
])("does not round %s silently", (decimal) => {
  expect(() => read(decimal)).toThrow(RangeError);
});

it("reads back every double that it sends, with any zeros and exponents", () => {
  fc.assert(
    fc.property(number, fc.nat(5), (value, zeros) => {
      const sent = (toAttributes({ value }).value as { N: string }).N;
      expect(read(sent)).toBe(value);
      const [digits, exponent] = sent.split("e");
      const longer = `${digits}${digits!.includes(".") ? "" : "."}${"0".repeat(zeros + 1)}`;
      expect(read(exponent ? `${longer}E${exponent}` : longer)).toBe(value);
    }),
  );
});

it("treats every key as a plain key, whatever its name", () => {
  const values = JSON.parse('{"__proto__": {"a": 1}, "m": {"__proto__": null, "constructor": 1}}');
  const attributes = toAttributes(values);
  expect(JSON.stringify(attributes)).toBe(
    '{"__proto__":{"M":{"a":{"N":"1"}}},"m":{"M":{"__proto__":{"NULL":true},"constructor":{"N":"1"}}}}',
  );
  expect(JSON.stringify(toValues(attributes))).toBe(JSON.stringify(values));
  expect(toValues(attributes).a).toBeUndefined();
});
