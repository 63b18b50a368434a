import fc from "fast-check";
import { expect, it } from "vitest";
import { cleanLine, cleanLines, isolated } from "./clean-text.ts";

it("keeps what people write, emoji and other scripts too", () => {
  for (const text of ["Which title?", "どのタイトル？", "أي عنوان؟", "👩‍👩‍👧‍👦 🇩🇪 é", "a & b <c> “d” 'e'"])
    expect(cleanLines(text, 1000)).toBe(text);
});

it.each([
  ["CR and LF", "a\r\nBcc: x", "a Bcc: x"],
  ["NUL and other controls", "a\0b\x07c\x1bd\x7fe\x9bf", "abcdef"],
  ["the line breaks of other systems", "a\u2028b\u0085c\vd\fe\rf", "a b c d e f"],
  ["overrides and isolates", "\u202egnp.exe\u202c \u2066x\u2069\u200f\u061c", "gnp.exe x"],
  ["lone surrogate halves", "a\ud83d b\ude00", "a\ufffd b\ufffd"],
  ["spaces without end", `a${" ".repeat(1_000_000)}b`, "a b"],
])("removes %s from a line", (_, text, line) => {
  expect(cleanLine(text, 1000)).toBe(line);
});

it("keeps a limited number of lines, and one empty line at a time", () => {
  expect(cleanLines("a\n\n\n\nb \t\nc", 100)).toBe("a\n\nb\nc");
  expect(cleanLines("a\n".repeat(100), 1000, 3)).toBe("a\na\na\n…");
});

it("turns any text into one that a header can hold", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 50 }), (text, most) => {
      const line = cleanLine(text, most);
      expect(line.length).toBeLessThanOrEqual(most);
      expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

it("isolates right-to-left text, and nothing else", () => {
  expect(isolated("ليلة")).toBe("\u2068ليلة\u2069");
  expect(isolated("A night")).toBe("A night");
});
