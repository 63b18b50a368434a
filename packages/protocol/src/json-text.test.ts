import fc from "fast-check";
import { expect, it } from "vitest";
import { depthOf, readJson } from "./json-text.ts";

it.each([
  ["larger than a double can be", "1e400", [[]]],
  ["an integer of 19 digits", '{"value": 7615917337495251231}', [["value"]]],
  ["an order number just above what is exact", '{"a":[{"b":9007199254740993}]}', [["a", "0", "b"]]],
  ["a negative one", "[-1, -9007199254740993]", [["1"]]],
  ["digits that a double only shows rounded", "[0.1, 0.1000000000000000055511151231257827]", [["1"]]],
  ["one digit too many", "0.10000000000000001", [[]]],
  ["smaller than a double can be", "[1e-400, 4.9e-324]", [["0"], ["1"]]],
  [
    "one under a key with quotes, brackets and escapes",
    '{"a\\"}]\\\\": {"\\u00e9": [1e999]}}',
    [['a"}]\\', "é", "0"]],
  ],
  ["one after texts that look like numbers", '["1e400", "{", "\\\\", {"1e400": 1e400}]', [["3", "1e400"]]],
  ["every one of several", '{"a":1e400,"b":[2,1e401],"c":3}', [["a"], ["b", "1"]]],
])("finds a number that parsing changes: %s", (_, text, lost) => {
  expect(readJson(text)?.lost).toEqual(lost);
});

it.each([
  "-0",
  "0",
  "0e999",
  "0.000",
  "1.0",
  "1e2",
  "1E+2",
  "12.50",
  "100000000000000000000",
  "1e23",
  "0.30000000000000004",
  "9007199254740992",
  "1.7976931348623157e308",
  "5e-324",
  "-123.4560e-7",
  "0.1",
  "1200e-2",
])("reads %s as the same number", (text) => {
  expect(readJson(text)).toEqual({ json: Number(text), depth: 0, lost: [] });
});

it.each(["", "{", "[1,]", "{'a':1}", "01", "NaN", "[1]]", '"\n"', "undefined"])(
  "refuses %j, which is not JSON",
  (text) => {
    expect(readJson(text)).toBeUndefined();
  },
);

const depthIn = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthIn)) : 0;

it("reads what JSON.parse reads, counts its depth, and reports no number that JSON.stringify wrote", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(readJson(text)).toEqual({ json: JSON.parse(text), depth: depthIn(value), lost: [] });
    }),
  );
});

it("agrees with exact arithmetic on which decimal numbers are kept", () => {
  /** Whether a double shows a decimal number, `whole` times a power of ten, as it was written. */
  const survives = (whole: bigint, power: number) => {
    const [, digits = "", fraction = "", exponent = "0"] =
      /^-?(\d+)\.?(\d*)e?([+-]\d+)?$/.exec(String(Number(`${whole}e${power}`))) ?? [];
    const shown = { whole: BigInt(digits + fraction), power: Number(exponent) - fraction.length };
    const low = Math.min(shown.power, power);
    return whole * 10n ** BigInt(power - low) === shown.whole * 10n ** BigInt(shown.power - low);
  };
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 25n }),
      fc.integer({ min: -40, max: 40 }),
      (whole, power) => {
        expect(readJson(`[${whole}e${power}]`)?.lost.length).toBe(survives(whole, power) ? 0 : 1);
      },
    ),
  );
});

it("counts levels too many for a recursion", () => {
  const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  expect(readJson(deep(15_000))?.depth).toBe(15_000);
  expect(depthOf(JSON.parse(deep(100_000)))).toBe(100_000);
  expect(readJson('{"a":[{"b":{}}]}')?.depth).toBe(4);
});

it("reads very many digits, zeros and escapes without slowing down", () => {
  const started = performance.now();
  for (const text of [
    `${"9".repeat(200_000)}`,
    `1${"0".repeat(200_000)}1`,
    `0.${"0".repeat(200_000)}1`,
    `"${"\\\\".repeat(100_000)}"`,
  ])
    expect(readJson(text)).toBeDefined();
  expect(performance.now() - started).toBeLessThan(1000);
});
