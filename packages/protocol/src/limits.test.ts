import { expect, it } from "vitest";
import { byteLength, jsonBytes } from "./limits.ts";

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
