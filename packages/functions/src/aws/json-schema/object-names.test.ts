import { describe, expect, it } from "vitest";
import { jsonSchemaAnswers } from "../json-schema-answers.ts";

const { fault, issues } = jsonSchemaAnswers;
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
