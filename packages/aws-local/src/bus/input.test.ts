import { expect, it } from "vitest";
import type { BusEvent } from "./event.ts";
import { type InputShape, targetInput } from "./input.ts";

const event: BusEvent = {
  version: "0",
  id: "e-1",
  "detail-type": "Progress Reported",
  source: "app",
  account: "1",
  time: "2026-01-01T00:00:00Z",
  region: "eu-west-1",
  resources: [],
  detail: { title: 'Say "hi"', n: 3, list: [1, 2], nested: { a: null }, items: [{ id: "x" }, { id: "y" }] },
};
const rule = { arn: "arn:rule", name: "r", ingestedAt: Date.UTC(2026, 0, 2) };
const input = (shape: InputShape) => targetInput(shape, event, rule);
const fill = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  input({ InputTransformer: { InputTemplate, InputPathsMap } });

it("passes the event, a constant or a part of the event", () => {
  expect(input({})).toBe(event);
  expect(input({ Input: '{"fixed":true}' })).toEqual({ fixed: true });
  expect(input({ InputPath: "$.detail.nested" })).toEqual({ a: null });
  expect(input({ InputPath: "$.detail.items[1].id" })).toBe("y");
});

it("inserts JSON outside quotes and text inside quotes", () => {
  const paths = {
    title: "$.detail.title",
    n: "$.detail.n",
    list: "$.detail.list",
    ids: "$.detail.items[*].id",
  };
  expect(
    fill('{"title": <title>, "n": <n>, "list": <list>, "ids": <ids>, "say": "<n>: <title> <list>"}', paths),
  ).toEqual({
    title: 'Say "hi"',
    n: 3,
    list: [1, 2],
    ids: ["x", "y"],
    say: '3: Say "hi" [1,2]',
  });
});

it("makes text from a quoted template, and passes on as text what is not JSON", () => {
  expect(fill('"<n> of \\"<title>\\""', { n: "$.detail.n", title: "$.detail.title" })).toBe(
    '3 of "Say "hi""',
  );
  expect(fill("n is <n>", { n: "$.detail.n" })).toBe("n is 3");
});

it("gives an empty string for a path that leads nowhere, and null for null", () => {
  expect(
    fill('{"a": <gone>, "b": "<gone>!", "c": <null>}', { gone: "$.detail.gone", null: "$.detail.nested.a" }),
  ).toEqual({
    a: "",
    b: "!",
    c: null,
  });
});

it("leaves names unchanged that are not variables", () => {
  expect(fill('"a <b> \\<n\\>"', { n: "$.detail.n" })).toBe("a <b> <n>");
});

it("knows the predefined variables", () => {
  const { detail: _, ...envelope } = event;
  expect(
    fill('{"r": <aws.events.rule-name>, "t": "<aws.events.event.ingestion-time>", "e": <aws.events.event>}'),
  ).toEqual({ r: "r", t: "2026-01-02T00:00:00.000Z", e: envelope });
  expect(fill("<aws.events.event.json>")).toEqual(event);
});
