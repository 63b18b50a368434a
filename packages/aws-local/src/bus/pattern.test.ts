import { describe, expect, it } from "vitest";
import { InvalidPattern, matchesPattern } from "./pattern.ts";

const event = {
  source: "orders",
  "detail-type": "Request Due",
  resources: ["arn:a", "arn:b"],
  empty: [],
  detail: {
    subject: "video/v_1",
    percent: 40,
    ok: true,
    nothing: null,
    ip: "10.0.0.7",
    file: "a*b.PNG",
    steps: [
      { name: "transcribe", state: "succeeded" },
      { name: "titles", state: "waiting" },
    ],
  },
};

describe("an event matches a pattern when every field does", () => {
  it.each<[unknown, boolean]>([
    [{ source: ["orders", "other"] }, true],
    [{ source: ["orders"], "detail-type": ["Other"] }, false],
    [{ resources: ["arn:b"] }, true],
    [{ detail: { percent: [40] } }, true],
    [{ detail: { percent: ["40"] } }, false],
    [{ detail: { ok: [true], nothing: [null] } }, true],
    [{ detail: { subject: [{ prefix: "video/" }] } }, true],
    [{ detail: { subject: [{ prefix: { "equals-ignore-case": "VIDEO/" } }] } }, true],
    [{ detail: { file: [{ suffix: { "equals-ignore-case": ".png" } }] } }, true],
    [{ detail: { file: [{ suffix: ".png" }] } }, false],
    [{ detail: { file: [{ wildcard: "a\\*b.*" }] } }, true],
    [{ detail: { subject: [{ wildcard: "a*v_1" }] } }, false],
    [{ detail: { subject: [{ "equals-ignore-case": "VIDEO/v_1" }] } }, true],
    [{ detail: { percent: [{ numeric: [">", 0, "<=", 40] }] } }, true],
    [{ detail: { percent: [{ numeric: ["<", 40] }] } }, false],
    [{ detail: { subject: [{ numeric: ["=", 1] }] } }, false],
    [{ detail: { ip: [{ cidr: "10.0.0.0/29" }] } }, true],
    [{ detail: { ip: [{ cidr: "10.0.0.0/30" }] } }, false],
    [{ detail: { subject: [{ "anything-but": "video/v_2" }] } }, true],
    [{ detail: { percent: [{ "anything-but": [40, 41] }] } }, false],
    [{ detail: { subject: [{ "anything-but": { prefix: ["audio/", "video/"] } }] } }, false],
    [{ detail: { subject: [{ "anything-but": { wildcard: "*/v_1" } }] } }, false],
    [{ detail: { missing: [{ "anything-but": "x" }] } }, false],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { steps: [{ exists: true }] } }, false],
    [{ empty: [{ exists: true }] }, false],
    [{ nowhere: { at: { all: [{ exists: false }] } } }, true],
    [{ detail: { percent: ["x", { numeric: ["=", 40] }] } }, true],
    [{ $or: [{ source: ["x"] }, { detail: { ok: [true] } }] }, true],
    [{ source: ["x"], $or: [{ source: ["x"] }, { detail: { ok: [true] } }] }, false],
  ])("%j: %s", (pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  it("requires all fields of an array of objects in the same object", () => {
    const both = (name: string, state: string) => ({ detail: { steps: { name: [name], state: [state] } } });
    expect(matchesPattern(both("titles", "waiting"), event)).toBe(true);
    expect(matchesPattern(both("titles", "succeeded"), event)).toBe(false);
  });

  it("does not match what an object inherits", () => {
    expect(matchesPattern({ detail: { constructor: [{ exists: false }] } }, event)).toBe(true);
  });
});

it.each<unknown>([
  "text",
  {},
  { source: "orders" },
  { source: [] },
  { source: {} },
  { source: [["orders"]] },
  { source: [{ prefix: "a", suffix: "b" }] },
  { source: [{ PREFIX: "a" }] },
  { source: [{ exists: "yes" }] },
  { source: [{ wildcard: "a**" }] },
  { source: [{ wildcard: "a\\b" }] },
  { source: [{ "anything-but": [] }] },
  { source: [{ "anything-but": ["a", 1] }] },
  { source: [{ "anything-but": { numeric: ["=", 1] } }] },
  { source: [{ numeric: ["=", 1, "<", 2] }] },
  { source: [{ numeric: [">", 5, "<", 2] }] },
  { source: [{ cidr: "10.0.0.0" }] },
  { source: [{ cidr: "10.0.0.0/33" }] },
  { $or: [{ source: ["a"] }] },
])("%j is not a valid pattern", (pattern) => {
  expect(() => matchesPattern(pattern, event)).toThrow(InvalidPattern);
});
