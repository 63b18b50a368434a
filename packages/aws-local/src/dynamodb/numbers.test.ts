import fc from "fast-check";
import { expect, it } from "vitest";
import { addNumbers, compareNumbers, readNumber, sortableNumber, subtractNumbers } from "./numbers.ts";

const OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range";
const UNDERFLOW =
  "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const IMPRECISE = "Attempting to store more than 38 significant digits in a Number";

/** A number as `digits × 10^exponent`, with the text that one may write for it. */
const written = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: -999n, max: 999n }),
      fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
    ),
    fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -130, max: 87 })),
  )
  .map(([digits, exponent]) => ({ digits, exponent, text: `${digits}E${exponent}` }));

/** Both with the lower exponent of the two, so that their digits compare and add. */
function aligned(a: { digits: bigint; exponent: number }, b: { digits: bigint; exponent: number }) {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (n: typeof a) => n.digits * 10n ** BigInt(n.exponent - exponent);
  return { a: scaled(a), b: scaled(b), exponent };
}

const signOf = (n: number | bigint) => (n < 0 ? -1 : n > 0 ? 1 : 0);

it.each([
  ["0", "0"],
  ["-0", "0"],
  ["0e1000", "0"],
  ["000.000", "0"],
  ["+3", "3"],
  ["0001.2300", "1.23"],
  [".123", "0.123"],
  ["5.", "5"],
  ["1.5E2", "150"],
  ["1e+5", "100000"],
  ["-17.4E3", "-17400"],
  ["12e-4", "0.0012"],
  ["100", "100"],
  ["1E-130", `0.${"0".repeat(129)}1`],
  ["9.9999999999999999999999999999999999999E+125", `${"9".repeat(38)}${"0".repeat(88)}`],
  ["314159265358979323846.26433832795028841", "314159265358979323846.26433832795028841"],
])("reads %s as %s", (given, canonical) => {
  expect(readNumber(given)).toBe(canonical);
});

it.each([
  ["1E126", OVERFLOW],
  ["-11E125", OVERFLOW],
  ["1E100000000", OVERFLOW],
  ["1E-131", UNDERFLOW],
  ["0.9E-130", UNDERFLOW],
  ["3.14159265358979323846264338327950288419", IMPRECISE],
  ["314159265358979323846264338327950288419e30", IMPRECISE],
  ["NaN", "The parameter cannot be converted to a numeric value: NaN"],
  ["-Infinity", "The parameter cannot be converted to a numeric value: -Infinity"],
  [" 1", "The parameter cannot be converted to a numeric value:  1"],
  ["1,5", "The parameter cannot be converted to a numeric value: 1,5"],
  ["0x10", "The parameter cannot be converted to a numeric value: 0x10"],
  ["e5", "The parameter cannot be converted to a numeric value: e5"],
  [".", "The parameter cannot be converted to a numeric value: ."],
  ["", "The parameter cannot be converted to a numeric value"],
])("refuses %s", (given, message) => {
  expect(() => readNumber(given)).toThrow(expect.objectContaining({ code: "ValidationException", message }));
});

it("reads its own text unchanged, and every form of a number as the same text", () => {
  fc.assert(
    fc.property(written, fc.integer({ min: 0, max: 3 }), ({ digits, exponent, text }, zeros) => {
      const canonical = readNumber(text);
      expect(readNumber(canonical)).toBe(canonical);
      expect(readNumber(`${digits}${"0".repeat(zeros)}.000e${exponent - zeros}`)).toBe(canonical);
    }),
  );
});

it("compares as the numbers do, and so do the bytes to sort by", () => {
  fc.assert(
    fc.property(written, written, (one, other) => {
      const { a, b } = aligned(one, other);
      const [textA, textB] = [readNumber(one.text), readNumber(other.text)];
      expect(signOf(compareNumbers(textA, textB))).toBe(signOf(a - b));
      expect(signOf(Buffer.compare(sortableNumber(textA), sortableNumber(textB)))).toBe(signOf(a - b));
    }),
    { numRuns: 2_000 },
  );
});

it("sorts the bytes of numbers that begin alike", () => {
  const sorted = ["-1E125", "-12.1", "-12", "-1.21", "-1.2", "-1", "-0.1", "-1E-130", "0", "1E-130"];
  sorted.push("0.1", "1", "1.2", "1.21", "12", "12.1", "100", "9E125");
  const keys = sorted.map((text) => Buffer.from(sortableNumber(readNumber(text))));
  expect([...keys].sort(Buffer.compare)).toEqual(keys);
});

it("adds and subtracts exactly, or says that the result is out of range", () => {
  const outcome = (calculate: () => string) => {
    try {
      return calculate();
    } catch (cause) {
      return (cause as Error).message;
    }
  };
  /** A result with too many digits is said to be too large. */
  const expected = (digits: bigint, exponent: number) => {
    const text = outcome(() => readNumber(`${digits}E${exponent}`));
    return text === IMPRECISE ? OVERFLOW : text;
  };
  fc.assert(
    fc.property(written, written, (one, other) => {
      const { a, b, exponent } = aligned(one, other);
      const [textA, textB] = [readNumber(one.text), readNumber(other.text)];
      expect(outcome(() => addNumbers(textA, textB))).toBe(expected(a + b, exponent));
      expect(outcome(() => subtractNumbers(textA, textB))).toBe(expected(a - b, exponent));
    }),
    { numRuns: 2_000 },
  );
});

it("refuses sums that are too large or need more than 38 digits", () => {
  const large = readNumber("9E125");
  expect(() => addNumbers(large, large)).toThrow(OVERFLOW);
  expect(() => subtractNumbers(readNumber("1E50"), "1")).toThrow(OVERFLOW);
  expect(() => subtractNumbers(readNumber("1.6E-130"), readNumber("1.5E-130"))).toThrow(UNDERFLOW);
  expect(subtractNumbers("10000000000000000000000", "1")).toBe("9999999999999999999999");
});
