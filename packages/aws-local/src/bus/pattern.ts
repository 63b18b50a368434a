import { isObject } from "../json.ts";
import { InvalidPattern } from "./cidr.ts";
import { compileMatcher, type Matcher } from "./pattern-matcher.ts";

export { InvalidPattern };

/** Whether an object, or undefined for a missing one, matches. */
type Test = (value: unknown) => boolean;

const MAX_DEPTH = 100;

/**
 * Whether an event matches an event pattern, as EventBridge's `TestEventPattern` decides. Throws `InvalidPattern`.
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html)
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return compilePattern(pattern)(event);
}

/** Checks a pattern once, to match many events. Throws `InvalidPattern`. */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  if (!isObject(pattern)) throw new InvalidPattern("Filter is not an object");
  return compileObject(pattern, 0);
}

function compileObject(pattern: Record<string, unknown>, depth: number): Test {
  if (depth > MAX_DEPTH) throw new InvalidPattern("Pattern is nested too deeply");
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidPattern("Empty objects are not allowed");
  const tests = entries.map(([key, value]): Test => {
    if (key === "$or" && isAlternatives(value)) {
      const alternatives = value.map((alternative) => compileObject(alternative, depth + 1));
      return (object) => alternatives.some((fits) => fits(object));
    }
    const fits = compileField(key, value, depth);
    return (object) => fits(memberOf(object, key));
  });
  const fitsAll = (object: unknown) => tests.every((fits) => fits(object));
  // All fields must match within the same item of an array of objects.
  return (value) => {
    if (!Array.isArray(value)) return fitsAll(value);
    const candidates = value.flat(Number.POSITIVE_INFINITY);
    return candidates.length === 0 ? fitsAll(undefined) : candidates.some(fitsAll);
  };
}

function compileField(key: string, value: unknown, depth: number): Test {
  if (isObject(value)) return compileObject(value, depth + 1);
  if (!Array.isArray(value)) throw new InvalidPattern(`"${key}" must be an object or an array`);
  if (value.length === 0) throw new InvalidPattern("Empty arrays are not allowed");
  const matchers = value.map(compileMatcher);
  const exact = value.some(isObject) ? undefined : new Set<unknown>(value);
  return (member) => {
    if (exact && typeof member !== "object") return exact.has(member);
    const leaves = leavesOf(member);
    return matchers.some((matcher) => matchesLeaves(matcher, leaves));
  };
}

function matchesLeaves(matcher: Matcher, leaves: readonly unknown[]): boolean {
  if (matcher.kind === "exists") return leaves.length > 0 === matcher.expected;
  return leaves.some(matcher.matches);
}

function isAlternatives(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}

function memberOf(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The values of a field: an array counts as its items; an object is not a value. */
function leavesOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  const items = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
  return items.filter((item) => !isObject(item));
}
