import { isObject } from "../json.ts";
import { matchesWildcard } from "../wildcard.ts";
import { compileCidr, InvalidPattern } from "./cidr.ts";

/** One item of a pattern's array: tests a value, or whether there is one. */
export type Matcher =
  | { readonly kind: "scalar"; readonly matches: (leaf: unknown) => boolean }
  | { readonly kind: "exists"; readonly expected: boolean };

/** Checks and prepares one item of a pattern's array. Throws `InvalidPattern`. */
export function compileMatcher(item: unknown): Matcher {
  if (Array.isArray(item)) throw new InvalidPattern("A match value must not be an array");
  if (!isObject(item)) return scalar((leaf) => leaf === item);
  const [operator, operand] = onlyEntry(item);
  if (operator === "exists") {
    if (typeof operand !== "boolean") throw new InvalidPattern("exists match pattern must be true or false");
    return { kind: "exists", expected: operand };
  }
  if (operator === "numeric") return scalar(compileNumeric(operand));
  if (operator === "cidr") return scalar(compileCidr(operand));
  if (operator === "anything-but") return scalar(compileAnythingBut(operand));
  if (operator === "prefix" || operator === "suffix") return scalar(compileAffix(operator, operand));
  if (operator === "equals-ignore-case" || operator === "wildcard") {
    return scalar(compileText(operator, operand));
  }
  throw new InvalidPattern(`Unrecognized match type ${operator}`);
}

type TextOperator = "prefix" | "suffix" | "equals-ignore-case" | "wildcard";
type Test = (leaf: unknown) => boolean;

const scalar = (matches: Test): Matcher => ({ kind: "scalar", matches });

function compileText(operator: TextOperator, operand: unknown): Test {
  if (typeof operand !== "string") throw new InvalidPattern(`${operator} match pattern must be a string`);
  if (operator === "wildcard") checkWildcard(operand);
  const folded = operand.toLowerCase();
  const test: Record<TextOperator, (text: string) => boolean> = {
    prefix: (text) => text.startsWith(operand),
    suffix: (text) => text.endsWith(operand),
    "equals-ignore-case": (text) => text.toLowerCase() === folded,
    wildcard: (text) => matchesWildcard(operand, text),
  };
  return (leaf) => typeof leaf === "string" && test[operator](leaf);
}

function compileAffix(operator: "prefix" | "suffix", operand: unknown): Test {
  if (!isObject(operand)) return compileText(operator, operand);
  const [name, value] = onlyEntry(operand);
  if (name !== "equals-ignore-case" || typeof value !== "string") {
    throw new InvalidPattern(`${operator} match pattern must be a string or equals-ignore-case`);
  }
  const fits = compileText(operator, value.toLowerCase());
  return (leaf) => typeof leaf === "string" && fits(leaf.toLowerCase());
}

function compileAnythingBut(operand: unknown): Test {
  if (isObject(operand)) {
    const [operator, value] = onlyEntry(operand);
    if (!isTextOperator(operator)) {
      throw new InvalidPattern(`Unsupported anything-but pattern: ${operator}`);
    }
    const refused = listOf(value).map((text) => {
      if (text === "") throw new InvalidPattern("Null or empty anything-but values are not allowed");
      return compileText(operator, text);
    });
    return (leaf) => !refused.some((fits) => fits(leaf));
  }
  const refused = new Set(listOf(operand));
  const types = new Set([...refused].map((value) => typeof value));
  if (types.size > 1 || !(types.has("string") || types.has("number"))) {
    throw new InvalidPattern("Inside anything-but list, either all values are strings or all are numbers");
  }
  return (leaf) => !refused.has(leaf);
}

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

function compileNumeric(operand: unknown): Test {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new InvalidPattern("Value of numeric must be an array of one or two comparisons");
  }
  const [first, lower, second, upper] = operand as unknown[];
  const comparisons = [compileComparison(first, lower)];
  if (operand.length === 4) {
    if (!String(first).startsWith(">") || !String(second).startsWith("<")) {
      throw new InvalidPattern("A numeric range goes from > or >= to < or <=");
    }
    comparisons.push(compileComparison(second, upper));
    if ((lower as number) >= (upper as number)) throw new InvalidPattern("Bottom must be less than top");
  }
  return (leaf) => typeof leaf === "number" && comparisons.every((holds) => holds(leaf));
}

function compileComparison(operator: unknown, bound: unknown): (value: number) => boolean {
  const compare =
    typeof operator === "string" && Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
  if (!compare) throw new InvalidPattern("Unrecognized numeric range operator");
  if (typeof bound !== "number") throw new InvalidPattern("Value of a numeric comparison must be a number");
  return (value) => compare(value, bound);
}

function checkWildcard(pattern: string): void {
  if (/^(?:[^\\]|\\[\s\S])*?\*\*/.test(pattern)) {
    throw new InvalidPattern("Consecutive wildcard characters are not allowed");
  }
  if (/^(?:[^\\]|\\[*\\])*$/.test(pattern)) return;
  throw new InvalidPattern("Invalid escape character in a wildcard");
}

function isTextOperator(name: string): name is TextOperator {
  return name === "prefix" || name === "suffix" || name === "equals-ignore-case" || name === "wildcard";
}

function onlyEntry(object: Record<string, unknown>): [string, unknown] {
  const [entry, ...others] = Object.entries(object);
  if (entry === undefined || others.length > 0) {
    throw new InvalidPattern("Only one key allowed in match expression");
  }
  return entry;
}

function listOf(value: unknown): unknown[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new InvalidPattern("Empty arrays are not allowed");
  return list;
}
