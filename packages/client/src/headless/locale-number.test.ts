import fc from "fast-check";
import { expect, it } from "vitest";
import { numberText, readAs, readNumberText } from "./locale-number.ts";

const numberIn = (text: string, locale: string) => {
  const reading = readNumberText(text, locale);
  return reading.read === "number" ? reading.value : reading;
};

it.each([
  ["de-DE", "12,50", 12.5],
  ["de-DE", "12.50", 12.5],
  ["en-US", "12.50", 12.5],
  ["en-US", "12,50", 12.5],
  ["tr-TR", "2.1", 2.1],
  ["tr-TR", "2,1", 2.1],
  ["fr-FR", "1 234,5", 1234.5],
  ["fr-FR", "1\u202f234,5", 1234.5],
  ["de-CH", "1’234.50", 1234.5],
  ["sv-SE", "−3,5", -3.5],
  ["ar-EG", "١٢٫٥", 12.5],
  ["ja-JP", "１２．５", 12.5],
  ["hi-IN", "12,34,567.5", 1234567.5],
  ["en-US", "1,234,567.89", 1234567.89],
  ["en-US", "1.234.567,89", 1234567.89],
  ["de-DE", "1,234,567.89", 1234567.89],
  ["de-DE", "1.234.567", 1234567],
  ["en-US", ".5", 0.5],
  ["de-DE", ",5", 0.5],
  ["de-DE", "0.125", 0.125],
  ["de-DE", "1234.567", 1234.567],
  ["en-US", "1e3", 1000],
  ["de-DE", "1.234e5", 123400],
  ["en-US", " +7 ", 7],
  ["en-US", "3.10", 3.1],
  ["en-US", "007", 7],
  ["no such locale", "12", 12],
])("in %s %s is %d", (locale, text, value) => {
  expect(numberIn(text, locale)).toBe(value);
});

it("reads a sign as the locale does, and shows how it was read", () => {
  expect(numberIn("1.234", "de-DE")).toBe(1234);
  expect(readAs("1.234", "de-DE")).toBe("1234");
  expect(numberIn("1,234", "de-DE")).toBe(1.234);
  expect(numberIn("1.234", "en-US")).toBe(1.234);
  expect(numberIn("1,234", "en-US")).toBe(1234);
  expect(readAs("1,234", "en-US")).toBe("1234");
  expect(readAs("12.50", "de-DE")).toBe("12,5");
  expect(readAs("12,5", "de-DE")).toBeUndefined();
  expect(readAs("abc", "de-DE")).toBeUndefined();
});

it("asks which is meant if the locale does not decide it", () => {
  expect(numberIn("1.234", "fr-FR")).toEqual({ read: "either", readings: ["1234", "1,234"] });
  expect(numberIn("1,234", "de-CH")).toEqual({ read: "either", readings: ["1234", "1.234"] });
});

it.each([
  "",
  " ",
  "abc",
  "12 kg",
  "€12",
  "1,2,3",
  "1.2.3",
  "12.34.56",
  "0x10",
  "NaN",
  "Infinity",
  "--1",
  "1e",
  "1/2",
  "1,23,4.5.6",
  "1 2",
  ".",
])("%j is not a number", (text) => {
  for (const locale of ["de-DE", "en-US", "fr-FR"])
    expect(numberIn(text, locale)).toEqual({ read: "nothing" });
});

it.each([
  "1e400",
  "-1e400",
  "7615917337495251231",
  "0.1000000000000000055511151231257827",
  "1e-400",
  "9007199254740993",
])("JavaScript would change %s", (text) => {
  expect(numberIn(text, "en-US")).toEqual({ read: "lost" });
});

it("makes no minus zero, which JSON does not have", () => {
  expect(Object.is(numberIn("-0", "en-US"), 0)).toBe(true);
});

it("reads every number as it writes it, in every locale", () => {
  const locales = fc.constantFrom(
    "de-DE",
    "en-US",
    "fr-FR",
    "de-CH",
    "ar-EG",
    "hi-IN",
    "es-ES",
    "pt-PT",
    "fa-IR",
  );
  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
  fc.assert(
    fc.property(numbers, locales, (value, locale) => {
      expect(numberIn(numberText(value, locale), locale)).toBe(value + 0);
    }),
  );
});

it("reads what the locale itself writes with groups", () => {
  const locales = fc.constantFrom("de-DE", "en-US", "fr-FR", "de-CH", "ar-EG", "hi-IN", "sv-SE");
  fc.assert(
    fc.property(fc.integer(), locales, (cents, locale) => {
      const value = cents / 100;
      const text = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(value);
      expect(numberIn(text, locale)).toBe(value + 0);
    }),
  );
});
