import fc from "fast-check";
import { expect, it } from "vitest";
import { isMultiple, lostNumbers, survives } from "./exact-number.ts";

it.each(["0", "-0", "1.0", "1e2", "12.50", "0e999", "5e-324", "1e23", "1E+2", "100000000000000000000"])(
  "%s survives",
  (literal) => {
    expect(survives(literal)).toBe(true);
  },
);

it("lets every number through that JavaScript writes, and none with another digit behind 20", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => survives(String(value))),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 19n, max: 10n ** 30n }), (value) => {
      expect(survives(String(value))).toBe(BigInt(Number(value)) === value && sameDigits(value));
    }),
  );
});
/** Whether the number is written with these digits, zeros apart. */
const sameDigits = (value: bigint) =>
  String(value).replace(/0+$/, "") ===
  String(Number(value))
    .replace(/e.*$|\./g, "")
    .replace(/0+$/, "");

it("finds the numbers of a JSON text that would change, and none within its texts", () => {
  expect(lostNumbers('{"a\\"1e400":[1,2.50,"7615917337495251231"],"b":1e2}')).toEqual([]);
  expect(lostNumbers('{"id":7615917337495251231,"b":[1e400]}')).toEqual(["7615917337495251231", "1e400"]);
  expect(lostNumbers("9".repeat(100))).toEqual([`${"9".repeat(39)}…`]);
});

it("finds nothing lost in what JSON itself writes", () => {
  fc.assert(fc.property(fc.json(), (text) => lostNumbers(text).length === 0));
});

it.each([
  [0.3, 0.1, true],
  [19.99, 0.01, true],
  [1e308, 1e-10, true],
  [0, 5, true],
  [0.35, 0.1, false],
  [7, 2, false],
])("whether %d is a multiple of %d: %s", (value, of, right) => {
  expect(isMultiple(value, of)).toBe(right);
});
