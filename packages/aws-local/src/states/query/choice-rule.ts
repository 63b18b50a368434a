import { isObject, type Json } from "../../json.ts";
import { matchesWildcard } from "../../wildcard.ts";
import { lookUp } from "./path/read-path.ts";
import type { Scope } from "./query.ts";
import { QueryError } from "./query.ts";

/** Compares the variable with the rule's value; false if the types do not fit. */
type Comparison = (variable: Json, expected: Json) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["BooleanEquals", (a, b) => typeof a === "boolean" && a === b],
  ...ordered("Numeric", (value) => (typeof value === "number" ? value : undefined)),
  ...ordered("String", (value) => (typeof value === "string" ? value : undefined)),
  ...ordered("Timestamp", parseTimestamp),
  ["StringMatches", (a, b) => typeof a === "string" && typeof b === "string" && matchesWildcard(b, a)],
]);

const TYPE_TESTS: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ["IsNull", (value: Json) => value === null],
  ["IsBoolean", (value: Json) => typeof value === "boolean"],
  ["IsNumeric", (value: Json) => typeof value === "number"],
  ["IsString", (value: Json) => typeof value === "string"],
  ["IsTimestamp", (value: Json) => parseTimestamp(value) !== undefined],
]);

/**
 * Whether a JSONPath choice rule is true: a comparison, or an `And`, `Or` or `Not` of other rules. A `Variable` without a
 * value is `States.Runtime`, except for `IsPresent`; values of the wrong type do not match.
 */
export function evaluateChoiceRule(rule: Json, input: Json, scope: Scope): boolean {
  if (!isObject(rule)) throw invalid("a choice rule must be an object");
  if (Array.isArray(rule.And)) return rule.And.every((inner) => evaluateChoiceRule(inner, input, scope));
  if (Array.isArray(rule.Or)) return rule.Or.some((inner) => evaluateChoiceRule(inner, input, scope));
  if (rule.Not !== undefined) return !evaluateChoiceRule(rule.Not, input, scope);
  if (typeof rule.Variable !== "string") throw invalid("a choice rule must have a Variable");
  if (rule.IsPresent !== undefined) return lookUp(rule.Variable, input, scope).found === rule.IsPresent;

  const variable = follow(rule.Variable, input, scope);
  for (const [name, expected] of Object.entries(rule)) {
    const test = TYPE_TESTS.get(name);
    if (test) return test(variable) === expected;
    const compare = COMPARISONS.get(name);
    if (compare) return compare(variable, expected);
    const compareWithPath = name.endsWith("Path")
      ? COMPARISONS.get(name.slice(0, -"Path".length))
      : undefined;
    if (compareWithPath) return compareWithPath(variable, follow(expected, input, scope));
  }
  throw invalid("a choice rule must have a comparison");
}

function follow(path: Json, input: Json, scope: Scope): Json {
  if (typeof path !== "string") throw invalid("a path must be a string");
  const result = lookUp(path, input, scope);
  if (result.found) return result.value;
  throw invalid(`Invalid path '${path}': The choice state's condition path references an invalid value.`);
}

function invalid(detail: string): QueryError {
  return new QueryError("States.Runtime", detail);
}

function ordered<Key extends number | string>(
  type: string,
  keyOf: (value: Json) => Key | undefined,
): [string, Comparison][] {
  const compare =
    (holds: (a: Key, b: Key) => boolean): Comparison =>
    (variable, expected) => {
      const a = keyOf(variable);
      const b = keyOf(expected);
      return a !== undefined && b !== undefined && holds(a, b);
    };
  return [
    [`${type}Equals`, compare((a, b) => a === b)],
    [`${type}LessThan`, compare((a, b) => a < b)],
    [`${type}LessThanEquals`, compare((a, b) => a <= b)],
    [`${type}GreaterThan`, compare((a, b) => a > b)],
    [`${type}GreaterThanEquals`, compare((a, b) => a >= b)],
  ];
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the Unix epoch of an ISO 8601 timestamp with `T` and an offset; undefined for anything else. */
export function parseTimestamp(value: Json): number | undefined {
  if (typeof value !== "string" || !RFC_3339.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
