import fc from "fast-check";
import { expect, it } from "vitest";
import { byteLength, cutBytes, cutText, directionOf, fnv1a, jsonBytes } from "./text.ts";

it.each([
  ["", 0],
  ["plain", 5],
  ["é", 2],
  ["…", 3],
  ["𝄞", 4],
  ["日本 🎭", 11],
])("counts the bytes of %j as UTF-8 does", (text, bytes) => {
  expect(byteLength(text)).toBe(bytes);
});

it("measures a value as its JSON", () => {
  expect(jsonBytes({ a: "é" })).toBe(10);
  expect(jsonBytes(undefined)).toBe(0);
});

// From the test vectors of the algorithm's authors: stored rows depend on these numbers.
it.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("hashes %j as its authors do", (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});

it("has different hashes for texts beyond ASCII", () => {
  expect(fnv1a("ä")).not.toBe(fnv1a("ö"));
});

const family = "👩‍👩‍👧‍👦";

it.each([
  ["a text that fits", "plain", 5, "plain"],
  ["plain letters", "plain words", 6, "plain…"],
  ["half of a surrogate pair", "ab𝄞cd", 4, "ab…"],
  ["a letter without its accent", "cafe\u0301s", 5, "caf…"],
  ["half of a flag", "🇩🇪🇫🇷🇮🇹", 7, "🇩🇪…"],
  ["a part of a family", `${family}${family}`, 15, `${family}…`],
  ["a part of the only character", family, 5, "…"],
  ["anything where there is no room", "plain", 0, ""],
])("does not end with %s", (_, text, most, left) => {
  expect(cutText(text, most)).toBe(left);
});

/** Texts that readers see as one character, some of them many units long. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom("a", " ", "漢", "𝄞", "e\u0301", "🇩🇪", "👍🏽", family, "\n", '"'),
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("\ud83d", "\ude00"),
    ),
  )
  .map((parts) => parts.join(""));

it("never splits a character, keeps the limit, and cuts its own result no further", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  fc.assert(
    fc.property(texts, fc.nat({ max: 60 }), (text, most) => {
      const left = cutText(text, most);
      expect(left.length).toBeLessThanOrEqual(most);
      expect(cutText(left, most)).toBe(left);
      if (text.length <= most) {
        expect(left).toBe(text);
        return;
      }
      const starts = new Set(Array.from(segmenter.segment(text), ({ index }) => index));
      const kept = left.slice(0, -1);
      expect(text.startsWith(kept)).toBe(true);
      expect([left.slice(kept.length), starts.has(kept.length)]).toEqual(most > 0 ? ["…", true] : ["", true]);
    }),
  );
});

it("cuts a text that is one character too long", () => {
  expect(cutBytes("🇩🇪", 9)).toBe("…");
});

it.each([0, 1, 2, 3, 4])("cuts a text to nothing if it may have %d bytes", (most) => {
  expect(cutBytes("plain", most)).toBe("");
});

it("counts lone surrogates as JSON writes them", () => {
  expect(cutBytes("\ud83d".repeat(10), 20)).toBe("\ud83d\ud83d…");
  expect(cutBytes("\ude00".repeat(10), 20)).toBe("\ude00\ude00…");
});

it("cuts to bytes of JSON, and keeps as many as possible", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 200 }), (text, most) => {
      const left = cutBytes(text, most);
      expect(jsonBytes(left)).toBeLessThanOrEqual(most);
      if (jsonBytes(text) <= most) {
        expect(left).toBe(text);
        return;
      }
      const longer = cutText(text, left.length + 1);
      expect(longer === left || jsonBytes(longer) > most).toBe(true);
    }),
  );
});

it("takes the direction of a text from its first letter", () => {
  expect(directionOf("Which title?")).toBe("ltr");
  expect(directionOf("7: أي عنوان؟ (talk.mp4)")).toBe("rtl");
  expect(directionOf("“שלום” in English")).toBe("rtl");
  expect(directionOf("どのタイトル？ عنوان")).toBe("ltr");
});

it("finds no direction in a text without letters", () => {
  expect(directionOf("12 + 3?")).toBeUndefined();
  expect(directionOf("")).toBeUndefined();
});
