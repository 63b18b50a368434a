import { boundedCache } from "../query.ts";
import { type Cursor, expect, fail, match, quoted, skipSpace, take } from "./cursor.ts";
import { type Comparison, type Filter, isDefinite, type Operand, type Path, type Segment } from "./syntax.ts";

/**
 * Parses a JSONPath of the Amazon States Language: `$…` (the input), `$$…` (the context object) or `$name…` (a
 * variable), with names, indexes, slices, wildcards, `..` and filters. Throws `PathSyntaxError`.
 */
export const parsePath: (text: string) => Path = boundedCache(1_000, (text) => {
  const cursor: Cursor = { text, at: 0 };
  expect(cursor, "$");
  const root = parseRoot(cursor);
  const segments = parseSegments(cursor);
  if (cursor.at < text.length) fail(cursor, `unexpected '${text[cursor.at]}'`);
  return { root, segments, definite: isDefinite(segments) };
});

function parseRoot(cursor: Cursor): Path["root"] {
  if (take(cursor, "$")) return { kind: "context" };
  const name = match(cursor, /[\p{L}_][\p{L}\p{N}_]*/uy);
  return name === undefined ? { kind: "input" } : { kind: "variable", name };
}

/** Parses the steps after a root, up to the first character that cannot start one. */
function parseSegments(cursor: Cursor): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    if (take(cursor, "..")) {
      const segment = cursor.text[cursor.at] === "[" ? parseBracket(cursor) : parseDotted(cursor);
      segments.push({ kind: "descend", segment });
    } else if (take(cursor, ".")) {
      // As on AWS, a dot may precede a bracket: `$.a.['b']`, `$.[0]`.
      segments.push(cursor.text[cursor.at] === "[" ? parseBracket(cursor) : parseDotted(cursor));
    } else if (cursor.text[cursor.at] === "[") segments.push(parseBracket(cursor));
    else return segments;
  }
}

function parseDotted(cursor: Cursor): Segment {
  if (take(cursor, "*")) return { kind: "wildcard" };
  const name = match(cursor, /[^\s.[\](),'"=<>!&|~*?@]+/y);
  if (name === undefined) return fail(cursor, "expected a name");
  if (cursor.text[cursor.at] === "(") return fail(cursor, `the function ${name}() is not supported`);
  return { kind: "names", names: [name] };
}

function parseBracket(cursor: Cursor): Segment {
  expect(cursor, "[");
  skipSpace(cursor);
  const segment = parseSelector(cursor);
  skipSpace(cursor);
  expect(cursor, "]");
  return segment;
}

function parseSelector(cursor: Cursor): Segment {
  if (take(cursor, "*")) return { kind: "wildcard" };
  if (take(cursor, "?")) {
    skipSpace(cursor);
    return { kind: "filter", test: parseFilter(cursor) };
  }
  const first = cursor.text[cursor.at];
  if (first === "'" || first === '"') return { kind: "names", names: parseList(cursor, quoted) };
  const from = parseInteger(cursor);
  skipSpace(cursor);
  if (take(cursor, ":")) {
    skipSpace(cursor);
    return { kind: "slice", from, to: parseInteger(cursor) };
  }
  if (from === undefined) return fail(cursor, "expected an index, a name, '*' or a filter");
  skipSpace(cursor);
  const others = take(cursor, ",") ? parseList(cursor, requireInteger) : [];
  return { kind: "indexes", indexes: [from, ...others] };
}

function parseList<Item>(cursor: Cursor, parseItem: (cursor: Cursor) => Item): Item[] {
  const items: Item[] = [];
  do {
    skipSpace(cursor);
    items.push(parseItem(cursor));
    skipSpace(cursor);
  } while (take(cursor, ","));
  return items;
}

function parseInteger(cursor: Cursor): number | undefined {
  const digits = match(cursor, /-?\d{1,9}/y);
  return digits === undefined ? undefined : Number(digits);
}

function requireInteger(cursor: Cursor): number {
  return parseInteger(cursor) ?? fail(cursor, "expected an index");
}

const OPERATORS: readonly Comparison[] = ["==", "!=", "<=", ">=", "<", ">", "nin", "in"];

/** Parses the parenthesised condition of `[?(…)]`: comparisons, `=~`, `in`, `nin`, existence, `&&`, `||`, `!`. */
function parseFilter(cursor: Cursor): Filter {
  expect(cursor, "(");
  const filter = parseOr(cursor, 0);
  skipSpace(cursor);
  expect(cursor, ")");
  return filter;
}

const MAX_DEPTH = 50;

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
  if (depth > MAX_DEPTH) return fail(cursor, "filter nested too deeply");
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
