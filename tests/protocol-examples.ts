import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** A page of the documents, by its path from the root. */
export const readPage = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** An example on a page, by its block's info string: `json <kind> [violation:<what>]`. */
export interface Example {
  /** The first line of the block, from 1. */
  readonly line: number;
  readonly kind: string;
  /** What is wrong in the example: an error code, or the path of a field. */
  readonly violation?: string;
  readonly value: unknown;
}

/** Every ```json block of a Markdown text. Throws, with the line, for one without a kind or with invalid JSON. */
export function examplesOf(markdown: string): Example[] {
  const lines = markdown.split("\n");
  const starts = lines.flatMap((text, i) => (text.startsWith("```json") ? [i] : []));
  return starts.map((start) => {
    const end = lines.indexOf("```", start + 1);
    const [kind, violation] = (lines[start] ?? "").slice("```json ".length).split(/ violation:/);
    if (!kind || end < 0) throw new Error(`line ${start + 1}: a json block names its kind and ends`);
    const text = lines.slice(start + 1, end).join("\n");
    return { line: start + 1, kind, ...(violation ? { violation } : {}), value: parse(text, start + 1) };
  });
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`line ${line}: not JSON`, { cause });
  }
}

/** The only valid example of a kind. */
export function exampleOf(examples: readonly Example[], kind: string): Record<string, never> {
  const [example, ...others] = examples.filter((one) => one.kind === kind && !one.violation);
  expect(others).toEqual([]);
  return example?.value as Record<string, never>;
}

/** The cells of every table row below a heading, up to the next heading; backquotes are removed from the first cell. */
export function rowsUnder(markdown: string, heading: string): string[][] {
  const lines = markdown.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => line.startsWith("#"));
  return after
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => line.startsWith("| ") && !/^[| :-]+$/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell, i) => (i === 0 ? cell.trim().replaceAll("`", "") : cell.trim())));
}

/** The parts of a schema that these tests need. */
export interface Schema {
  safeParse(value: unknown): { success: boolean; error?: { issues: { path: PropertyKey[] }[] } };
}

export const isSchema = (value: unknown): value is Schema =>
  typeof (value as Schema)?.safeParse === "function";

/** The schemas of a module, by name. */
export const schemasOf = (module: object) =>
  Object.entries(module)
    .filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    .map(([name, schema]) => ({ name, schema }));

/** The fields of an object's schema; none for any other schema. */
export function fieldsOf(schema: unknown): string[] {
  return Object.keys((schema as { def: { shape?: object } }).def.shape ?? {});
}

/** The values of an enumeration; none for any other schema. */
export function optionsOf(schema: unknown): string[] {
  return Object.keys((schema as { def: { entries?: object } } | undefined)?.def.entries ?? {});
}

/** Tests that each example fits its schema, and that each one with a violation breaks only that. */
export function examplesFit(examples: readonly Example[], schemaOf: (kind: string) => Schema | undefined) {
  const known = examples.filter(({ kind }) => schemaOf(kind));

  it.each(known.filter(({ violation }) => !violation))("at line $line is a $kind", ({ kind, value }) => {
    expect(schemaOf(kind)?.safeParse(value).error?.issues).toBeUndefined();
  });

  const broken = known.filter(({ violation }) => violation);
  if (broken.length > 0)
    it.each(broken)("at line $line is a bad $kind for its $violation", ({ kind, value, violation }) => {
      const issues = schemaOf(kind)?.safeParse(value).error?.issues ?? [];
      expect(issues).toHaveLength(1);
      expect(issues[0]?.path.join(".")).toMatch(new RegExp(`^${violation}(\\.|$)`));
    });
}
