import { expect, it } from "vitest";
import { furtherFields } from "./further-fields.ts";

const page = { origin: "http://127.0.0.1:3000", locale: "de-DE" };
const shownOf = (more: Record<string, unknown>) => furtherFields(more, page).fields;

it.each([
  [{ price: 1234.5 }, "Price", "1.234,5"],
  [{ unitPrice: 0.25, currency: "EUR" }, "Unit price", "0,25 €"],
  [{ price: { amount: 3, currency: "usd" } }, "Price", "3,00 $"],
  [{ fee: 0.0004, currency: "EUR" }, "Fee", "0,0004 €"],
  [{ confidence: 0.8 }, "Confidence", "0,8"],
  [{ size: 1e300 }, "Size", "1E300"],
  [{ "in-stock": true }, "In stock", "yes"],
  [{ note: "two\nlines" }, "Note", "two\nlines"],
  [{ home: "javascript:alert(1)" }, "Home", "javascript:alert(1)"],
  [{ __proto__: null, constructor: "x" }, "Constructor", "x"],
])("shows %j as text", (more, label, text) => {
  const [field] = shownOf(more);
  expect({ ...field, text: (field as { text: string }).text.replace(/\u00a0/g, " ") }).toMatchObject({
    label,
    shows: "text",
    text,
  });
});

it("shows the currency with the price, and alone where there is none", () => {
  expect(shownOf({ price: 1, currency: "EUR" })).toHaveLength(1);
  expect(shownOf({ currency: "EUR" })).toMatchObject([{ text: "EUR" }]);
});

it("takes __proto__ for a name", () => {
  expect(shownOf(JSON.parse('{"__proto__": "x"}'))).toMatchObject([{ name: "__proto__", text: "x" }]);
});

it.each([
  ["https://example.com/a", "example.com"],
  ["http://example.com:8080/", "example.com:8080"],
  ["https://bank.example@evil.example/", "evil.example"],
])("shows %s as a link with its true host", (url, host) => {
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

it("shows a short list as one, and what has parts of its own as JSON", () => {
  expect(shownOf({ tags: ["a", 1.5, true] })).toMatchObject([{ shows: "list", texts: ["a", "1,5", "yes"] }]);
  expect(shownOf({ tags: Array.from({ length: 99 }, () => "x") })).toMatchObject([{ shows: "json" }]);
  expect(shownOf({ size: { width: 2 } })).toMatchObject([{ shows: "json", text: '{\n  "width": 2\n}' }]);
});

it("shows twelve fields, and says how many are left", () => {
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`f${n}`, n]));
  const { fields, left } = furtherFields(many, page);
  expect([fields.length, left]).toEqual([12, 3]);
});

it("leaves out what says nothing, and stands what is too deep", () => {
  expect(shownOf({ a: null, b: "" })).toEqual([]);
  let deep: unknown = 1;
  for (let n = 0; n < 50_000; n++) deep = [deep];
  expect(shownOf({ deep })).toMatchObject([{ shows: "json" }]);
});
