import { type Cursor, expect, fail, match, quoted, skipSpace, take } from "./cursor.ts";
import { parseSegments } from "./parse-path.ts";
import type { Comparison, Filter, Operand } from "./syntax.ts";

const OPERATORS: readonly Comparison[] = ["==", "!=", "<=", ">=", "<", ">", "nin", "in"];

/** Parses the parenthesised condition of `[?(…)]`: comparisons, `=~`, `in`, `nin`, existence, `&&`, `||`, `!`. */
export function parseFilter(cursor: Cursor): Filter {
  expect(cursor, "(");
  const filter = parseOr(cursor, 0);
  skipSpace(cursor);
  expect(cursor, ")");
  return filter;
}

const DEEPEST = 50;

function parseOr(cursor: Cursor, depth: number): Filter {
  let left = parseAnd(cursor, depth);
  for (skipSpace(cursor); take(cursor, "||"); skipSpace(cursor)) {
    left = { kind: "or", left, right: parseAnd(cursor, depth) };
  }
  return left;
}

function parseAnd(cursor: Cursor, depth: number): Filter {
  let left = parseTerm(cursor, depth);
  for (skipSpace(cursor); take(cursor, "&&"); skipSpace(cursor)) {
    left = { kind: "and", left, right: parseTerm(cursor, depth) };
  }
  return left;
}

function parseTerm(cursor: Cursor, depth: number): Filter {
  if (depth > DEEPEST) return fail(cursor, "filter nested too deeply");
  skipSpace(cursor);
  if (take(cursor, "!")) return { kind: "not", filter: parseTerm(cursor, depth + 1) };
  if (take(cursor, "(")) {
    const inner = parseOr(cursor, depth + 1);
    skipSpace(cursor);
    expect(cursor, ")");
    return inner;
  }
  const left = parseOperand(cursor);
  skipSpace(cursor);
  if (take(cursor, "=~")) return { kind: "matches", operand: left, pattern: parsePattern(cursor) };
  const operator = OPERATORS.find((candidate) => take(cursor, candidate));
  if (operator === undefined) return { kind: "exists", operand: left };
  return { kind: "compare", operator, left, right: parseOperand(cursor) };
}

function parseOperand(cursor: Cursor): Operand {
  skipSpace(cursor);
  if (take(cursor, "@")) return { kind: "path", from: "candidate", segments: parseSegments(cursor) };
  if (take(cursor, "$")) return { kind: "path", from: "document", segments: parseSegments(cursor) };
  return { kind: "literal", value: parseLiteral(cursor) };
}

function parseLiteral(cursor: Cursor): unknown {
  const first = cursor.text[cursor.at];
  if (first === "'" || first === '"') return quoted(cursor);
  if (take(cursor, "[")) {
    const items: unknown[] = [];
    for (skipSpace(cursor); !take(cursor, "]"); skipSpace(cursor)) {
      if (items.length > 0) expect(cursor, ",");
      skipSpace(cursor);
      items.push(parseLiteral(cursor));
    }
    return items;
  }
  const word = match(cursor, /true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?/y);
  return word === undefined ? fail(cursor, "expected a value") : JSON.parse(word);
}

function parsePattern(cursor: Cursor): RegExp {
  skipSpace(cursor);
  const literal = match(cursor, /\/(?:[^/\\]|\\.)*\/i?/y);
  if (literal === undefined) return fail(cursor, "expected a regular expression");
  const end = literal.lastIndexOf("/");
  try {
    return new RegExp(`^(?:${literal.slice(1, end)})$`, literal.slice(end + 1));
  } catch {
    return fail(cursor, "invalid regular expression");
  }
}
