import * as z from "zod/mini";
import { limits } from "./limits.ts";
import { type Misspelt, misspeltFields, pathText } from "./misspelt.ts";
import { cutText } from "./text.ts";

type Issue = z.core.$ZodIssue;

/** A parsed value, or the issues that it has. */
export type Read<T extends z.core.$ZodType> =
  | { readonly ok: true; readonly data: z.output<T> }
  | { readonly ok: false; readonly issues: readonly string[] };

/**
 * Parses a value by its schema. Each issue names the field and the rule in plain words: `percent: expected a number`.
 * If an absent field looks misspelt, its issue names the unknown field. Nothing else of the value is repeated.
 */
export function readBy<T extends z.core.$ZodType>(schema: T, value: unknown): Read<T> {
  // Other code in the process may configure messages of the schema library, so we pass our own.
  const read = z.safeParse(schema, value, { error: () => NO_MESSAGE });
  return read.success
    ? { ok: true, data: read.data }
    : { ok: false, issues: issuesOf(read.error, schema, value) };
}

function issuesOf(error: z.core.$ZodError, schema: z.core.$ZodType, value: unknown): string[] {
  const misspelt = misspeltFields(schema, value);
  const found = error.issues.map((issue) => {
    const path = pathText(issue.path);
    if (issue.path.length === 0 || valueAt(value, issue.path) !== undefined)
      return `${path || "message"}: ${ruleOf(issue)}`;
    return `${path}: missing${hintOf(misspelt.find((one) => one.path === path))}`;
  });
  const others = misspelt.filter(({ path }) => !found.some((issue) => issue.startsWith(`${path}: `)));
  return boundedIssues([...found, ...others.map((one) => `${one.path}: absent${hintOf(one)}`)]);
}

/** Issues in a form that may be sent to clients: a bounded number, each of a bounded length. */
export const boundedIssues = (issues: readonly string[]): string[] =>
  issues.slice(0, limits.issues).map((issue) => cutText(issue, limits.issueLength));

const hintOf = (misspelt: Misspelt | undefined): string =>
  misspelt ? ` (is it meant by "${misspelt.written}"?)` : "";

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((one, key) => (one as Record<PropertyKey, unknown> | null | undefined)?.[key], value);

/** The message of an issue whose schema has none of its own. */
const NO_MESSAGE = "Invalid input";

const types: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

function ruleOf(issue: Issue): string {
  if (issue.message !== NO_MESSAGE) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `expected ${types[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `expected ${JSON.stringify(issue.values[0])}`
        : `one of ${issue.values.join(", ")}`;
    case "too_big":
      return `at most ${amount(issue.maximum, issue.origin)}`;
    case "too_small":
      return `${issue.inclusive ? "at least" : "more than"} ${amount(issue.minimum, issue.origin)}`;
    case "invalid_key":
      return issue.issues[0] ? ruleOf(issue.issues[0]) : "unknown name";
    case "invalid_union": {
      const first = issue.errors[0]?.[0];
      return first ? ruleOf(first) : "none of the allowed forms";
    }
    default:
      return "not of the required form";
  }
}

/** A number and its unit, such as `3 items`. */
function amount(count: number | bigint, origin: string): string {
  const [one, more] = origin === "string" ? ["character", "characters"] : ["item", "items"];
  if (origin !== "string" && origin !== "array") return String(count);
  return `${count} ${Number(count) === 1 ? one : more}`;
}
