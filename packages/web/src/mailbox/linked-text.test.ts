import { expect, it } from "vitest";
import { linkedParts } from "./linked-text.ts";

it.each([
  ["See https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&z=2"]],
  ["(http://127.0.0.1:3000/answer.html#t=a.b-c_d)", ["http://127.0.0.1:3000/answer.html#t=a.b-c_d"]],
  ["https://a.example, https://b.example/", ["https://a.example", "https://b.example/"]],
  ["<https://a.example/q>", ["https://a.example/q"]],
  ["回答はこちら：https://a.example/回答」です", ["https://a.example/回答」です"]],
  ["javascript:alert(1) ftp://a.example https:// http://", []],
  ["", []],
])("finds the addresses of %j, and loses nothing", (text, links) => {
  const parts = linkedParts(text);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.filter(({ isLink }) => isLink).map((part) => part.text)).toEqual(links);
});
