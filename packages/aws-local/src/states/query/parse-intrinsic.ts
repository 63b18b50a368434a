import { boundedCache, QueryError } from "./query.ts";

/** An argument of an intrinsic function call. A string keeps its escapes: `States.Format` reads `\{` itself. */
export type Expression =
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly text: string;
    }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "string"; readonly raw: string }
  | { readonly kind: "value"; readonly value: number | boolean | null };

/** Most levels of nested calls (https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html). */
const MAX_DEPTH = 10;

/** Parses `States.Name(argument, …)`; anything else is `States.Runtime`. */
export const parseIntrinsic: (text: string) => Expression = boundedCache(1_000, (text) => {
  let at = 0;

  const fail = (reason: string): never => {
    throw new QueryError(
      "States.Runtime",
      `Invalid intrinsic function call '${text}': ${reason} at position ${at}`,
    );
  };
  const skipSpace = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };

  const parseCall = (depth: number): Expression => {
    if (depth > MAX_DEPTH) fail(`more than ${MAX_DEPTH} nested calls`);
    const start = at;
    const name = match(/States\.[A-Za-z0-9]+/y) ?? fail("expected a function");
    if (match(/\s*\(\s*/y) === undefined) fail("expected '('");
    const list: Expression[] = [];
    while (match(/\)/y) === undefined) {
      if (list.length > 0 && match(/,/y) === undefined) fail("expected ',' or ')'");
      skipSpace();
      list.push(parseArgument(depth));
      skipSpace();
    }
    return { kind: "call", name, arguments: list, text: text.slice(start, at) };
  };

  const parseArgument = (depth: number): Expression => {
    if (text[at] === "'") {
      const literal = match(/'(?:[^'\\]|\\.)*'/sy) ?? fail("unterminated string");
      return { kind: "string", raw: literal.slice(1, -1) };
    }
    if (text[at] === "$") return { kind: "path", path: parsePathArgument() };
    if (text.startsWith("States.", at)) return parseCall(depth + 1);
    const word = match(/true\b|false\b|null\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (word === undefined) return fail("expected an argument");
    return { kind: "value", value: JSON.parse(word) as number | boolean | null };
  };

  // A path ends at the first comma, space or parenthesis outside of its brackets.
  const parsePathArgument = (): string => {
    const start = at;
    for (let brackets = 0; at < text.length; ) {
      if (brackets === 0 && /[\s,)]/.test(text[at]!)) break;
      if (brackets > 0 && match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy) !== undefined) continue;
      if (text[at] === "[") brackets++;
      if (text[at] === "]") brackets--;
      at++;
    }
    return text.slice(start, at);
  };

  skipSpace();
  const call = parseCall(1);
  skipSpace();
  return at === text.length ? call : fail("unexpected text");
});
