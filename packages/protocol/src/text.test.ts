import { expect, it } from "vitest";
import { byteLength, fnv1a, jsonBytes } from "./text.ts";

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

// From the test vectors of the algorithm's authors: stored rows rest on these numbers.
it.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("hashes %j as its authors do", (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});

it("tells texts apart beyond ASCII", () => {
  expect(fnv1a("ä")).not.toBe(fnv1a("ö"));
});
