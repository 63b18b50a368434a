import { readFileSync } from "node:fs";
import { eventSchemas } from "@callboard/functions";
import { outgoingEvents, outgoingEventTypes } from "@callboard/protocol";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { examplesOf, rowsUnder } from "./protocol-examples.ts";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const page = read("docs/events.md");
const examples = examplesOf(page).filter(({ kind }) => kind.startsWith("out:"));
const typeOf = (kind: string) => kind.slice("out:".length) as keyof typeof outgoingEvents;
const schema = eventSchemas();

describe("docs/events.md", () => {
  it.each(outgoingEventTypes)("has a row and an example of %s", (type) => {
    expect(rowsUnder(page, "# What Callboard tells others").map(([name]) => name)).toContain(type);
    expect(examples.map(({ kind }) => typeOf(kind))).toContain(type);
  });

  it.each(examples)("shows on line $line what the schemas take", ({ kind, value }) => {
    const type = typeOf(kind);
    expect(outgoingEvents[type].parse(value)).toEqual(value);
    const event = { source: "callboard", "detail-type": type, detail: value };
    const { errors, valid } = new Validator(schema, "2020-12").validate(event);
    expect([valid, errors]).toEqual([true, []]);
    const { eventId: _, ...without } = value as { eventId: string };
    expect(new Validator(schema, "2020-12").validate({ ...event, detail: without }).valid).toBe(false);
  });

  it("names every field of the events", () => {
    const fields = new Set(Object.values(outgoingEvents).flatMap((one) => Object.keys(one.def.shape)));
    for (const field of fields) expect(page).toMatch(new RegExp(`[\`"]${field}[\`"]`));
  });
});

it("has JSON Schemas that were made of the schemas as they are", () => {
  expect(JSON.parse(read("docs/events.schema.json"))).toEqual(schema);
});
