import { expect, it } from "vitest";
import { englishForTests } from "../testing/words.ts";
import { jsonText, partText } from "./further-fields.ts";

const german = { ...englishForTests, locale: "de-DE" };
const number = (value: number, currency?: string) => ({ shows: "number", value, currency }) as const;

it.each([
  [number(1234.5), "1.234,5"],
  [number(0.25, "EUR"), "0,25 €"],
  [number(3, "USD"), "3,00 $"],
  [number(0.0004, "EUR"), "0,0004 €"],
  [number(1e300), "1E300"],
  [{ shows: "boolean", value: true }, "yes"],
  [{ shows: "text", text: "two\nlines" }, "two\nlines"],
] as const)("writes %j as its reader does", (part, text) => {
  expect(partText(part, german).replace(/\u00a0/g, " ")).toBe(text);
});

it("writes nested values as JSON, cut, and tolerates values that are too deep", () => {
  expect(jsonText({ width: 2 }, german)).toBe('{\n  "width": 2\n}');
  expect(jsonText("x".repeat(5000), german)).toHaveLength(2000);
  let deep: unknown = 1;
  for (let n = 0; n < 50_000; n++) deep = [deep];
  expect(jsonText(deep, german)).toBe("It is too deep to be shown.");
});
