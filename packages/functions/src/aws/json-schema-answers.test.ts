import { describe, expect, it } from "vitest";
import { stepsTaken } from "./json-schema/check-answers.ts";
import { jsonSchemaAnswers } from "./json-schema-answers.ts";

const { fault, issues } = jsonSchemaAnswers;
const title = {
  type: "object",
  required: ["title"],
  properties: {
    title: { type: "string", minLength: 3, maxLength: 20, pattern: "^[A-Z]" },
    tags: { type: "array", items: { $ref: "#/$defs/tag" }, maxItems: 2 },
  },
  additionalProperties: false,
  $defs: { tag: { enum: ["live", "talk"] } },
};
const times = (count: number, level: (inner: unknown, i: number) => unknown, innermost: unknown) =>
  Array.from({ length: count }).reduce<unknown>((inner, _, i) => level(inner, i), innermost) as Record<
    string,
    unknown
  >;

it("finds nothing wrong with an answer that fits", async () => {
  expect(await issues(title, { title: "Opening night", tags: ["live"] })).toEqual([]);
  expect(await issues({}, null)).toEqual([]);
});

it("names the field of each problem once", async () => {
  const found = await issues(title, { title: "no", tags: ["live", "film"], more: 1 });
  expect(found.map((issue) => issue.split(":")[0]).sort()).toEqual([
    "value",
    "value.tags.1",
    "value.title",
    "value.title",
  ]);
  expect(await issues(title, {})).toEqual([expect.stringMatching(/^value: .*title/)]);
  expect(
    await issues(
      { properties: { "a/b": { properties: { "c~d": { type: "string" } } } } },
      { "a/b": { "c~d": 1 } },
    ),
  ).toEqual(["value.a/b.c~d: must be string"]);
});

it("gives ten issues at most", async () => {
  const many = Array.from({ length: 50 }, (_, i) => i);
  expect(await issues({ type: "array", items: { type: "string" } }, many)).toHaveLength(10);
});

it("repeats nothing of the value's content", async () => {
  const said = await issues(
    { properties: { a: { pattern: "^x$" }, b: { const: "x" }, c: { enum: ["x"] }, d: { format: "email" } } },
    { a: "secret", b: "secret", c: "secret", d: "secret" },
  );
  expect(said).toHaveLength(4);
  expect(said.join()).not.toContain("secret");
});

it("runs no code of a schema, and schemas do not affect each other", async () => {
  const evil = '"]}; globalThis.cracked = true; //`${globalThis.cracked = true}\u2028*/';
  const schema = {
    $id: "https://example.com/shared",
    title: evil,
    required: [evil],
    properties: { [evil]: { const: evil, default: evil } },
    patternProperties: { cracked: { enum: [evil, 1] } },
    $comment: evil,
    $async: true,
    $defs: { n: { type: "integer" } },
  };
  expect(await fault(schema)).toBeUndefined();
  const value = { [evil]: "x", nothing: undefined };
  expect((await issues(schema, value)).length).toBeGreaterThan(0);
  expect(await issues(schema, {})).toHaveLength(1);
  expect(globalThis).not.toHaveProperty("cracked");
  const other = { $ref: "https://example.com/shared#/$defs/n" };
  expect(await fault(other)).toMatch(/refers to something that is not in the schema/);
  const same = { $id: "https://example.com/shared", $ref: "#/$defs/n", $defs: { n: { type: "string" } } };
  expect(await issues(same, "x")).toEqual([]);
  expect(({} as Record<string, unknown>).type).toBeUndefined();
});

describe("an answer that would take for ever", () => {
  const a = (count: number) => `${"a".repeat(count)}!`;
  /** Each level of the value is looked at twice as often as the one above. */
  const doubled = {
    $id: "https://example.com/d",
    allOf: [{ items: { $ref: "#" } }, { items: { $ref: "#" } }],
  };
  const nested = times(30, (inner) => [inner], []);

  it("is checked in as many steps as it has characters", async () => {
    for (const [schema, value] of [
      [{ pattern: "^(a+)+$" }, a(8000)],
      [{ pattern: "^(a|a)*$" }, a(8000)],
      [{ pattern: "(x+x+)+y" }, "x".repeat(8000)],
      [{ patternProperties: { "^(a+)+$": {} }, additionalProperties: false }, { [a(8000)]: 1 }],
      [{ propertyNames: { pattern: "^(a|aa)+$" } }, { [a(8000)]: 1 }],
    ] as [Record<string, unknown>, unknown][]) {
      expect(await issues(schema, value)).toHaveLength(1);
      expect(stepsTaken()).toBeLessThan(3000);
    }
  });

  it("is given up after a bounded number of steps", async () => {
    expect(await fault(doubled)).toBeUndefined();
    expect(await issues(doubled, [[[]]])).toEqual([]);
    expect(await issues(doubled, nested)).toEqual(["value: takes too long to be checked against the schema"]);
    expect(stepsTaken()).toBeLessThanOrEqual(200_100);
    const pairs = { allOf: Array.from({ length: 300 }, () => ({ uniqueItems: true })) };
    const items = Array.from({ length: 1300 }, (_, i) => [i]);
    expect(await issues(pairs, items)).toEqual(["value: takes too long to be checked against the schema"]);
    expect(await issues({ items: { type: "integer" } }, [1, 2])).toEqual([]);
  });

  it("costs little: forty such answers take half a second of CPU time in all", async () => {
    const evil: [Record<string, unknown>, unknown][] = [
      [{ pattern: "^(a+)+$" }, a(8000)],
      [{ pattern: "^(a|a)*$" }, a(8000)],
      [{ pattern: "(x+x+)+y" }, "x".repeat(8000)],
      [{ patternProperties: { "^(a+)+$": {} }, additionalProperties: false }, { [a(8000)]: 1 }],
      [doubled, nested],
    ];
    for (const [schema] of evil) await fault(schema);
    const began = process.cpuUsage();
    for (let i = 0; i < 40; i++) {
      const [schema, value] = evil[i % evil.length]!;
      expect(await issues(schema, value)).not.toEqual([]);
    }
    const { user, system } = process.cpuUsage(began);
    console.log(`forty evil answers: ${Math.round((user + system) / 1000)} ms of CPU time`);
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it("refuses what is too large or too deep to check", async () => {
    expect(await issues({}, "x".repeat(9000))).toEqual(["value: over 8192 bytes"]);
    expect(
      await issues(
        {},
        times(40, (inner) => [inner], 1),
      ),
    ).toEqual(["value: deeper than 32 levels"]);
  });
});
