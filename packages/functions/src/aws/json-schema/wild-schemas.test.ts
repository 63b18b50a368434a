import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSchemaAnswers } from "../json-schema-answers.ts";

const { fault, issues } = jsonSchemaAnswers;
const times = (count: number, level: (inner: unknown, i: number) => unknown, innermost: unknown) =>
  Array.from({ length: count }).reduce<unknown>((inner, _, i) => level(inner, i), innermost) as Record<
    string,
    unknown
  >;

describe("a schema from practice, which other validators accept, is accepted", () => {
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
    ["keywords for forms", { type: "string", widget: "textarea", "x-order": 1, enumNames: ["A"] }, "x", 1],
    ["a type that may be null", { type: ["string", "null"] }, null, 1],
    ["a type of OpenAPI that may be null", { type: "string", nullable: true }, null, 1],
    [
      "a keyword of OpenAPI without effect",
      { anyOf: [{ type: "string" }, { type: "null" }], nullable: true, discriminator: { propertyName: "a" } },
      null,
      1,
    ],
    ["a price", { type: "number", multipleOf: 0.01 }, 19.99, 19.995],
    ["lengths by characters", { type: "string", maxLength: 3 }, "😀😀😀", "😀😀😀😀"],
    ["an e-mail address", { format: "email" }, "ana@example.com", "ana@"],
    ["an address of a site", { format: "uri" }, "https://example.com/a?b#c", "not one"],
    ["a day", { format: "date" }, "2024-02-29", "2023-02-29"],
    ["a moment", { format: "date-time" }, "2024-02-29T10:00:00Z", "2024-02-29 10:00"],
    ["an unknown format", { format: "color", type: "string" }, "red", 1],
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
      "keywords for other tools",
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

describe("a schema that can never be used is reported, with the place of its fault", () => {
  it.each([
    ["a misspelt type", { type: "strnig" }, /^schema\.type: /],
    [
      "one deeper down",
      { properties: { a: { items: { type: "int" } } } },
      /^schema\.properties\.a\.items\.type: /,
    ],
    ["a type that is a number", { type: 7 }, /^schema\.type: /],
    ["an invalid pattern", { pattern: "(" }, /^schema: its pattern is not a regular/],
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
    ["a reference to a missing anchor", { $ref: "#none" }, /^schema: refers/],
    [
      "a reference to a metaschema",
      { $ref: "https://json-schema.org/draft/2020-12/schema" },
      /^schema: refers/,
    ],
    ["a reference that is not a URL", { $ref: "http://[" }, /^schema: refers/],
    ["a number as a reference", { $ref: 7 }, /^schema\.\$ref: /],
    ["a reference to itself", { $ref: "#" }, /^schema: refers to itself/],
    [
      "circular references",
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
    ["an unknown draft", { $schema: "https://example.com/my-schema" }, /^schema\.\$schema: /],
    ["a draft that is not text", { $schema: 7 }, /^schema\.\$schema: /],
    ["a negative length", { maxLength: -1 }, /^schema\.maxLength: /],
    ["an empty enum", { $schema: "http://json-schema.org/draft-04/schema#", enum: [] }, /^schema\.enum: /],
    ["a property that is not a schema", { properties: { a: "string" } }, /^schema\.properties\.a: /],
    ["required names that are not a list", { required: "title" }, /^schema\.required: /],
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

describe("a value that reports say was refused wrongly", () => {
  const price = { type: "number", multipleOf: 0.01 };
  const node = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "http://my.domain/schemas/node.json#",
    type: "object",
    properties: { id: { not: { type: "null" } }, incoming: { $ref: "node.json#/definitions/listOfNodes" } },
    required: ["id", "incoming"],
    definitions: { listOfNodes: { type: "array", items: { $ref: "node.json#" } } },
  };
  const headings = {
    $schema: "http://json-schema.org/draft-04/schema#",
    properties: { root: { type: ["array"], oneOf: [{ $ref: "#/definitions/treeObj" }] } },
    required: ["root"],
    definitions: {
      treeObj: { type: "array", items: { oneOf: [{ type: "string" }, { $ref: "#/definitions/treeObj" }] } },
    },
  };
  it.each([
    ["a price of 143.48", price, 143.48, 143.485],
    ["a price of 8.69", price, 8.69, 8.695],
    ["0.3 of tenths", { multipleOf: 0.1 }, 0.3, 0.35],
    ["100.1 of tenths", { multipleOf: 0.1 }, 100.1, 100.15],
    [
      "a time by a pattern with needless escapes",
      { pattern: "^\\d{4}\\-\\d{2}\\-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" },
      "2022-06-26T09:06:17.351Z",
      "2022-06-26",
    ],
    ["a branch", { pattern: "^[^\\/~\\^\\: \\[\\]\\\\]+(\\/[^\\/~\\^\\: \\[\\]\\\\]+)*$" }, "main/a", "a:b"],
    ["an address", { pattern: "^https\\:\\/\\/" }, "https://example.com", "http://example.com"],
    ["a street", { pattern: "^[\\p{L}\\p{N} *-]+$" }, "Große Straße 7", "a?"],
    ["a telephone", { pattern: "^.55 \\([0-9]{2}\\) [0-9]{4,5}\\-[0-9]{4}$" }, "+55 (11) 91234-5678", "+55"],
    [
      "a full name",
      { pattern: "^[A-ZÀ-Ÿ][A-zÀ-ÿ']+\\s([A-zÀ-ÿ']\\s?)*[A-ZÀ-Ÿ][A-zÀ-ÿ']+$" },
      "Ana de Souza",
      "Ana",
    ],
    [
      "a node of a graph",
      node,
      { id: "a", incoming: [{ id: "b", incoming: [] }] },
      { id: "a", incoming: [{}] },
    ],
    ["headings under headings", headings, { root: ["a", ["b", ["c"]]] }, { root: ["a", [1]] }],
    [
      "an optional field named constructor",
      { properties: { constructor: { type: "object", required: ["version"] } }, additionalProperties: false },
      {},
      { constructor: {} },
    ],
    ["a format of somebody else", { type: "string", format: "f5bigip" }, "x", 1],
    ["a time with an offset", { format: "date-time" }, "2018-11-13T20:20:39+00:00", "2018-11-13"],
  ])("%s", async (_what, schema, right, wrong) => {
    expect(await fault(schema)).toBeUndefined();
    expect(await issues(schema, right)).toEqual([]);
    expect(await issues(schema, wrong)).not.toEqual([]);
  });
});

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      "string",
      "object",
      "strnig",
      "#",
      "#/properties/a",
      "#/$defs/a",
      "a",
      "http://x/y",
      "\\-",
      "(",
      true,
      null,
      0,
      -1,
    ],
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-04/schema#",
    "https://json-schema.org/draft/2019-09/schema",
  ),
  fc.string(),
);
const word = fc.constantFrom(
  ...[
    "type",
    "properties",
    "items",
    "allOf",
    "anyOf",
    "not",
    "if",
    "then",
    "$ref",
    "$id",
    "$anchor",
    "$defs",
  ],
  ...[
    "pattern",
    "patternProperties",
    "required",
    "enum",
    "const",
    "dependencies",
    "dependentSchemas",
    "contains",
  ],
  ...[
    "prefixItems",
    "unevaluatedProperties",
    "additionalProperties",
    "propertyNames",
    "format",
    "uniqueItems",
  ],
  ...["$schema", "$async", "id", "nullable", "discriminator", "multipleOf", "minimum", "exclusiveMinimum"],
  ...["__proto__", "constructor", "toString", "a"],
);
const { inner } = fc.letrec<{ inner: unknown }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.dictionary(word, tie("inner"), { maxKeys: 5, noNullPrototype: true }),
    fc.array(tie("inner"), { maxLength: 3 }),
  ),
}));

it("either uses a schema or says why not, whatever its content", () =>
  fc.assert(
    fc.asyncProperty(fc.dictionary(word, inner, { maxKeys: 6 }), fc.jsonValue(), async (schema, value) => {
      const reason = await fault(schema);
      const found = await issues(schema, value);
      if (reason !== undefined) expect(found).toEqual([reason]);
      else for (const issue of found) expect(issue).toMatch(/^value/);
    }),
    { numRuns: 500 },
  ));
