import { limits } from "@callboard/protocol";
import * as values from "@callboard/protocol/values";
import { describe, expect, it } from "vitest";
import {
  examplesFit,
  examplesOf,
  fieldsOf,
  isSchema,
  optionsOf,
  readPage,
  rowsUnder,
  schemasOf,
} from "./protocol-examples.ts";

const page = readPage("docs/values.md");
const examples = examplesOf(page);

/** Schemas that are parts of others, and so are tested by their examples. */
const parts = [
  "Time",
  "Person",
  "Source",
  "Digest",
  "Labels",
  "StoredObject",
  "PictureObject",
  "MediaObject",
  "CaptionsObject",
  "ReleasedMedia",
  "DefaultReply",
  "RecordedReply",
];

describe("each example of docs/values.md", () => {
  const known = Object.entries(values);
  const schemaOf = (kind: string) => known.find(([name]) => kind === `value:${name}`)?.[1];
  examplesFit(examples, (kind) => {
    const schema = schemaOf(kind);
    return isSchema(schema) ? schema : undefined;
  });

  it("is one of a value", () => {
    expect(examples.filter(({ kind }) => !schemaOf(kind)).map(({ line }) => line)).toEqual([]);
    expect(examples.length).toBeGreaterThan(14);
  });
});

describe("docs/values.md has a row, an example and the field names of", () => {
  it.each(schemasOf(values).filter(({ name }) => !parts.includes(name)))("$name", ({ name, schema }) => {
    const options = optionsOf(schema);
    for (const option of options) expect(page).toContain(`\`${option}\``);
    if (options.length > 0) return;
    expect(rowsUnder(page, "## Keys and values").map(([, , value]) => value)).toContain(name);
    expect(examples.map(({ kind }) => kind)).toContain(`value:${name}`);
    for (const field of fieldsOf(schema)) expect(page).toMatch(new RegExp(`[\`"]${field}[\`"]`));
  });
});

it("docs/values.md has every limit with its value", () => {
  const rows = rowsUnder(page, "## Limits").slice(1);
  const told = Object.entries(limits).map(([name, value]) => [name, value.toLocaleString("en-US")]);
  expect(rows.map(([name, value]) => [name, value])).toEqual(told);
});
