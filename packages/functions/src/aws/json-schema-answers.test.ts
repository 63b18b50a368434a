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

it("repeats nothing of what the value holds", async () => {
  const said = await issues(
    { properties: { a: { pattern: "^x$" }, b: { const: "x" }, c: { enum: ["x"] }, d: { format: "email" } } },
    { a: "secret", b: "secret", c: "secret", d: "secret" },
  );
  expect(said).toHaveLength(4);
  expect(said.join()).not.toContain("secret");
});

describe("a schema from the wild, which others can use, is used", () => {
  const draft = (name: string) => `http://json-schema.org/${name}/schema#`;
  it.each([
    ["an escaped hyphen in a pattern", { type: "string", pattern: "^[A-Z]+\\-\\d+$" }, "OPS-17", "OPS17"],
    ["an escaped @ in a pattern", { type: "string", pattern: "\\@" }, "a@b", "ab"],
    ["an escaped underscore in a pattern", { pattern: "^[a-z\\-\\_]+$" }, "a_b", "a b"],
    [
      "such a pattern of names",
      { patternProperties: { "^\\@": { type: "number" } } },
      { "@a": 1 },
      { "@a": "x" },
    ],
    [
      "an absolute $ref to its own $id",
      {
        $id: "https://example.com/a",
        $defs: { n: { type: "integer" } },
        $ref: "https://example.com/a#/$defs/n",
      },
      1,
      "x",
    ],
    [
      "a relative $ref to its own $id",
      { $id: "https://example.com/a/b", $defs: { n: { type: "integer" } }, $ref: "b#/$defs/n" },
      1,
      "x",
    ],
    [
      "a $ref to the $id of a part",
      {
        $id: "https://example.com/a",
        $defs: { n: { $id: "n", type: "integer" } },
        $ref: "https://example.com/n",
      },
      1,
      "x",
    ],
    ["a $ref to an anchor", { $ref: "#n", $defs: { n: { $anchor: "n", type: "integer" } } }, 1, "x"],
    ["a $ref to true", { $ref: "#/$defs/any", $defs: { any: true }, type: "integer" }, 1, "x"],
    ["a $ref into a place of its own", { $ref: "#/parts/n", parts: { n: { type: "integer" } } }, 1, "x"],
    ["a $ref with escapes", { $ref: "#/$defs/a~1b%25", $defs: { "a/b%": { type: "integer" } } }, 1, "x"],
    ["definitions", { $ref: "#/definitions/n", definitions: { n: { type: "integer" } } }, 1, "x"],
    [
      "a tree",
      { type: "object", required: ["v"], properties: { v: { type: "integer" }, next: { $ref: "#" } } },
      { v: 1, next: { v: 2, next: { v: 3 } } },
      { v: 1, next: { v: "x" } },
    ],
    ["a property named $ref", { properties: { $ref: { type: "string" } } }, { $ref: "x" }, { $ref: 1 }],
    ["a property named $id", { properties: { $id: { type: "string" }, id: {} } }, { $id: "x" }, { $id: 1 }],
    [
      "a const that looks like a schema",
      { const: { $ref: "#/none", pattern: "(" } },
      { $ref: "#/none", pattern: "(" },
      {},
    ],
    ["draft-04", { $schema: draft("draft-04"), minimum: 0, exclusiveMinimum: true }, 1, 0],
    [
      "draft-04 with id",
      {
        $schema: draft("draft-04"),
        id: "http://e/a",
        definitions: { n: { type: "integer" } },
        $ref: "http://e/a#/definitions/n",
      },
      1,
      "x",
    ],
    ["draft-06", { $schema: draft("draft-06"), exclusiveMinimum: 0 }, 1, 0],
    [
      "draft-07",
      { $schema: draft("draft-07"), items: [{ type: "integer" }], additionalItems: false },
      [1],
      [1, 2],
    ],
    [
      "draft-07 with a named part",
      { $schema: draft("draft-07"), definitions: { n: { $id: "#n", type: "integer" } }, $ref: "#n" },
      1,
      "x",
    ],
    [
      "2019-09",
      { $schema: "https://json-schema.org/draft/2019-09/schema", dependentRequired: { a: ["b"] } },
      { a: 1, b: 1 },
      { a: 1 },
    ],
    [
      "2020-12",
      {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        prefixItems: [{ type: "integer" }],
        items: false,
      },
      [1],
      [1, 2],
    ],
    ["an old id that says nothing", { id: "title", type: "string" }, "x", 1],
    ["keywords of forms", { type: "string", widget: "textarea", "x-order": 1, enumNames: ["A"] }, "x", 1],
    ["a type that may be null", { type: ["string", "null"] }, null, 1],
    ["a price", { type: "number", multipleOf: 0.01 }, 19.99, 19.995],
    ["lengths by characters", { type: "string", maxLength: 3 }, "😀😀😀", "😀😀😀😀"],
    ["an e-mail address", { format: "email" }, "ana@example.com", "ana@"],
    ["an address of a site", { format: "uri" }, "https://example.com/a?b#c", "not one"],
    ["a day", { format: "date" }, "2024-02-29", "2023-02-29"],
    ["a moment", { format: "date-time" }, "2024-02-29T10:00:00Z", "2024-02-29 10:00"],
    ["a format that nobody knows", { format: "color", type: "string" }, "red", 1],
    [
      "unevaluated properties",
      { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }], unevaluatedProperties: false },
      { a: 1 },
      { c: 1 },
    ],
    [
      "one of several",
      {
        oneOf: [
          { const: "1", title: "One" },
          { const: 1, title: "Uno" },
        ],
      },
      "1",
      "2",
    ],
    ["items once each", { uniqueItems: true }, [1, "1", [1]], [1, 1]],
    [
      "words for another reader",
      {
        $comment: "x",
        title: "T",
        default: 7,
        examples: [1],
        readOnly: true,
        deprecated: true,
        type: "string",
      },
      "x",
      1,
    ],
  ])("%s", async (_what, schema, right, wrong) => {
    expect(await fault(schema)).toBeUndefined();
    expect(await issues(schema, right)).toEqual([]);
    expect(await issues(schema, wrong)).not.toEqual([]);
  });
});

describe("a schema that can never be used is told when it is asked for, with its place", () => {
  it.each([
    ["a misspelt type", { type: "strnig" }, /^schema\.type: /],
    [
      "one deeper down",
      { properties: { a: { items: { type: "int" } } } },
      /^schema\.properties\.a\.items\.type: /,
    ],
    ["a type that is none", { type: 7 }, /^schema\.type: /],
    ["a pattern that is none", { pattern: "(" }, /^schema: its pattern is no regular/],
    [
      "a pattern that looks ahead",
      { properties: { a: { pattern: "^(?=.*\\d)" } } },
      /^schema\.properties\.a: its pattern looks ahead/,
    ],
    [
      "a pattern of names that refers back",
      { patternProperties: { "(a)\\1": {} } },
      /^schema: its pattern refers back/,
    ],
    ["a reference out of it", { $ref: "https://example.com/schema.json" }, /^schema: refers to something/],
    [
      "a reference to a file",
      { properties: { a: { $ref: "file:///etc/passwd" } } },
      /^schema\.properties\.a: refers/,
    ],
    ["a reference to nothing", { $ref: "#/$defs/none" }, /^schema: refers/],
    ["a reference to what every object has", { $ref: "#/$defs/toString", $defs: {} }, /^schema: refers/],
    ["a reference to an anchor that is none", { $ref: "#none" }, /^schema: refers/],
    [
      "a reference to a metaschema",
      { $ref: "https://json-schema.org/draft/2020-12/schema" },
      /^schema: refers/,
    ],
    ["a reference that is none", { $ref: "http://[" }, /^schema: refers/],
    ["a number as a reference", { $ref: 7 }, /^schema\.\$ref: /],
    ["a reference to itself", { $ref: "#" }, /^schema: refers to itself/],
    [
      "references in a ring",
      {
        $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { not: { $ref: "#/$defs/a" } } },
        items: { $ref: "#/$defs/a" },
      },
      /refers to itself/,
    ],
    [
      "a dynamic reference",
      { $dynamicRef: "#n", $defs: { n: { $dynamicAnchor: "n" } } },
      /^schema: refers dynamically/,
    ],
    ["a part that is asynchronous", { allOf: [{ $async: true, type: "string" }] }, /^schema: /],
    [
      "draft-04's booleans without its name",
      { minimum: 0, exclusiveMinimum: true },
      /^schema\.exclusiveMinimum: /,
    ],
    ["a draft that nobody knows", { $schema: "https://example.com/my-schema" }, /^schema\.\$schema: /],
    ["a draft that is no text", { $schema: 7 }, /^schema\.\$schema: /],
    ["a length below nothing", { maxLength: -1 }, /^schema\.maxLength: /],
    [
      "an enum of nothing",
      { $schema: "http://json-schema.org/draft-04/schema#", enum: [] },
      /^schema\.enum: /,
    ],
    ["a property that is no schema", { properties: { a: "string" } }, /^schema\.properties\.a: /],
    ["names that are required by word", { required: "title" }, /^schema\.required: /],
    ["what is too deep", { const: times(40, (inner) => [inner], 1) }, /^schema: deeper than 32/],
    ["what is too large", { title: "x".repeat(9000) }, /^schema: over 8192 bytes/],
  ])("%s", async (_what, schema, reason) => {
    expect(await fault(schema)).toMatch(reason);
    expect(await issues(schema, "answer")).toEqual([expect.stringMatching(reason)]);
  });

  const doubling = (wrap: (inner: object) => object) => ({
    $defs: Object.fromEntries(
      Array.from({ length: 31 }, (_, i) => {
        const next = { $ref: `#/$defs/d${i + 1}` };
        return [`d${i}`, i === 30 ? {} : { allOf: [wrap(next), wrap({ ...next })] }];
      }),
    ),
    $ref: "#/$defs/d0",
  });

  it.each([
    ["on the same value", doubling((inner) => inner)],
    ["on its parts", doubling((inner) => ({ properties: { a: inner } }))],
    ["in conditions", doubling((inner) => ({ if: inner, else: inner }))],
  ])("references that double thirty times %s", async (_where, schema) => {
    expect(await fault(schema)).toMatch(/references that multiply/);
  });
});

describe("names that every object has are ordinary names", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];
  /** An object with such a property of its own. */
  const having = (name: string, value: unknown) =>
    JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);

  it.each(names)("%s, wanted or not, at any depth", async (name) => {
    const text = having(name, { type: "string" });
    for (const wrap of [(one: unknown) => one, (one: unknown) => ({ a: [one] })]) {
      const schemaOf = (inner: Record<string, unknown>): Record<string, unknown> =>
        wrap(0) === 0 ? inner : { properties: { a: { items: inner } } };
      const wanted = schemaOf({
        type: "object",
        required: [name],
        properties: text,
        additionalProperties: false,
      });
      const free = schemaOf({ type: "object", properties: text });
      expect(await fault(wanted)).toBeUndefined();
      expect(await issues(wanted, wrap(having(name, "x")))).toEqual([]);
      expect(await issues(wanted, wrap({}))).toEqual([expect.stringContaining(`'${name}'`)]);
      expect(await issues(wanted, wrap(having(name, 1)))).toEqual([expect.stringContaining(`.${name}: `)]);
      expect(await issues(free, wrap({}))).toEqual([]);
      expect(await issues(free, wrap(having(name, 1)))).toHaveLength(1);
      const none = schemaOf({ additionalProperties: false });
      expect(await issues(none, wrap({}))).toEqual([]);
      expect(await issues(none, wrap(having(name, 1)))).toEqual([expect.stringContaining(`'${name}'`)]);
    }
  });

  it.each(names)("%s in every other place of a schema and a value", async (name) => {
    const unevaluated = {
      $ref: "#/$defs/open",
      $defs: { open: { anyOf: [{ properties: { a: {} } }] } },
      unevaluatedProperties: false,
    };
    for (const [schema, right, wrong] of [
      [{ const: having(name, [name]) }, having(name, [name]), having(name, ["x"])],
      [{ enum: [name] }, name, `${name}!`],
      [{ pattern: `^${name}$` }, name, "x"],
      [{ maxLength: name.length }, name, `${name}!`],
      [
        { propertyNames: { pattern: "^[a-zA-Z_]+$", maxLength: name.length } },
        having(name, 1),
        having(`${name}1`, 1),
      ],
      [{ patternProperties: having(`^${name}$`, { type: "string" }) }, having(name, "x"), having(name, 1)],
      [{ dependentRequired: having(name, ["b"]) }, { c: 1 }, having(name, 1)],
      [{ dependentSchemas: having(name, { required: ["b"] }) }, {}, having(name, 1)],
      [{ $ref: `#/$defs/${name}`, $defs: having(name, { type: "string" }) }, "x", 1],
      [unevaluated, { a: 1 }, having(name, 1)],
      [{ format: "email" }, `${name.replaceAll("_", "")}@example.com`, name],
    ] as [Record<string, unknown>, unknown, unknown][]) {
      expect([schema, await fault(schema)]).toEqual([schema, undefined]);
      expect([schema, await issues(schema, right)]).toEqual([schema, []]);
      expect([schema, (await issues(schema, wrong)).length > 0]).toEqual([schema, true]);
    }
  });
});

it("runs nothing of a schema as code, and lets none change another or what is checked", async () => {
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

  it("costs little: forty such take half a second of the processor together", async () => {
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
    console.log(`forty evil answers: ${Math.round((user + system) / 1000)} ms of the processor`);
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
