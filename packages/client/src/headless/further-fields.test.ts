import { expect, it } from "vitest";
import { furtherFields } from "./further-fields.ts";

const page = "http://127.0.0.1:3000";
const shownOf = (more: Record<string, unknown>) => furtherFields(more, page).fields;

it.each([
  [{ price: 1234.5 }, { label: "Price", shows: "number", value: 1234.5, currency: undefined }],
  [
    { unitPrice: 0.25, currency: "EUR" },
    { label: "Unit price", shows: "number", value: 0.25, currency: "EUR" },
  ],
  [{ price: { amount: 3, currency: "usd" } }, { label: "Price", shows: "number", value: 3, currency: "USD" }],
  [{ confidence: 0.8 }, { label: "Confidence", shows: "number", value: 0.8 }],
  [{ "in-stock": true }, { label: "In stock", shows: "boolean", value: true }],
  [{ note: "two\nlines" }, { label: "Note", shows: "text", text: "two\nlines" }],
  [{ home: "javascript:alert(1)" }, { label: "Home", shows: "text", text: "javascript:alert(1)" }],
  [
    { __proto__: null, constructor: "x" },
    { label: "Constructor", shows: "text", text: "x" },
  ],
  [{ note: "x".repeat(5000) }, { shows: "text", text: `${"x".repeat(1999)}…` }],
])("returns how to show %j", (more, field) => {
  expect(shownOf(more)).toMatchObject([field]);
});

it("shows the currency with the price, or alone without one", () => {
  expect(shownOf({ price: 1, currency: "EUR" })).toHaveLength(1);
  expect(shownOf({ currency: "EUR" })).toMatchObject([{ text: "EUR" }]);
});

it("treats __proto__ as a name", () => {
  expect(shownOf(JSON.parse('{"__proto__": "x"}'))).toMatchObject([{ name: "__proto__", text: "x" }]);
});

it.each([
  ["https://example.com/a", "example.com"],
  ["http://example.com:8080/", "example.com:8080"],
  ["https://bank.example@evil.example/", "evil.example"],
])("shows %s as a link with its real host", (url, host) => {
  expect(shownOf({ url })).toMatchObject([{ shows: "link", host }]);
});

it.each([
  "https://cdn.example/a.png",
  "/pictures/a.png",
  "http://127.0.0.1:9000/a.png",
  "data:image/png;base64,AA==",
])("shows %s as a picture", (image) => {
  expect(shownOf({ image })).toMatchObject([{ shows: "picture" }]);
});

it.each(["http://cdn.example/a.png", "//cdn.example/a.png", "data:text/html,x", "javascript:x", "a.png"])(
  "loads no picture from %s",
  (image) => {
    expect(shownOf({ image })[0]?.shows).not.toBe("picture");
  },
);

it("loads no picture from a path without a page", () => {
  expect(furtherFields({ image: "/pictures/a.png" }).fields[0]?.shows).toBe("text");
});

it("shows a short list as one, and what has parts of its own as JSON", () => {
  expect(shownOf({ tags: ["a", 1.5, true] })).toMatchObject([
    { shows: "list", parts: [{ text: "a" }, { value: 1.5 }, { value: true }] },
  ]);
  expect(shownOf({ tags: Array.from({ length: 99 }, () => "x") })).toMatchObject([{ shows: "json" }]);
  expect(shownOf({ size: { width: 2 } })).toMatchObject([{ shows: "json", value: { width: 2 } }]);
});

it("shows twelve fields, and says how many are left", () => {
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`f${n}`, n]));
  const { fields, left } = furtherFields(many, page);
  expect([fields.length, left]).toEqual([12, 3]);
});

it("leaves out empty values, and tolerates deep ones", () => {
  expect(shownOf({ a: null, b: "" })).toEqual([]);
  let deep: unknown = 1;
  for (let n = 0; n < 50_000; n++) deep = [deep];
  expect(shownOf({ deep })).toMatchObject([{ shows: "json" }]);
});
