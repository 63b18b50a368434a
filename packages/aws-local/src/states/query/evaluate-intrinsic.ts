import type { Json } from "../../json.ts";
import { INTRINSICS } from "./intrinsics.ts";
import { type Expression, parseIntrinsic } from "./parse-intrinsic.ts";
import { lookUp } from "./path/read-path.ts";
import type { Scope } from "./query.ts";
import { QueryError } from "./query.ts";

/**
 * Evaluates an intrinsic function call such as `States.Format('{}', $.name)`. Invalid arguments are
 * `States.IntrinsicFailure`; a path without a value, or text that is not a call, is `States.Runtime`.
 */
export function evaluateIntrinsic(text: string, input: Json, scope: Scope): Json {
  return evaluate(parseIntrinsic(text), text, input, scope);
}

function evaluate(expression: Expression, outer: string, input: Json, scope: Scope): Json {
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "string":
      return withoutEscapes(expression.raw, outer);
    case "path": {
      const result = lookUp(expression.path, input, scope);
      if (result.found) return result.value;
      throw failure(
        "States.Runtime",
        outer,
        `The JsonPath argument for the field '${expression.path}' could not be found in the input '${JSON.stringify(input)}'`,
      );
    }
    case "call":
      return call(expression, input, scope);
  }
}

function call(expression: Expression & { kind: "call" }, input: Json, scope: Scope): Json {
  const { name, text, arguments: given } = expression;
  if (name === "States.Format") return format(expression, input, scope);
  const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (intrinsic === undefined) throw failure("States.Runtime", text, "no such function");
  if (intrinsic.counts !== "any" && !intrinsic.counts.includes(given.length)) {
    throw failure("States.IntrinsicFailure", text, `Invalid number of arguments: ${given.length}`);
  }
  const values = given.map((argument) => evaluate(argument, text, input, scope));
  try {
    return intrinsic.run(...values);
  } catch (cause) {
    if (cause instanceof QueryError || !(cause instanceof Error)) throw cause;
    throw failure("States.IntrinsicFailure", text, cause.message, cause);
  }
}

/** Replaces each `{}` of the template in turn; there must be as many values as `{}`. */
function format(expression: Expression & { kind: "call" }, input: Json, scope: Scope): string {
  const { text } = expression;
  const invalid = (reason: string) => failure("States.IntrinsicFailure", text, reason);
  const [first, ...rest] = expression.arguments;
  if (first === undefined) throw invalid("Invalid number of arguments: 0");
  const template = first.kind === "string" ? first.raw : evaluate(first, text, input, scope);
  if (typeof template !== "string") throw invalid("the template must be a string");
  const values = rest.map((argument) => evaluate(argument, text, input, scope));
  let used = 0;
  const filled = template.replace(/\\([\s\S]?)|\{\}/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return withoutEscapes(token, text);
    const value = values[used++];
    return typeof value === "string" ? value : JSON.stringify(value);
  });
  if (used !== values.length) {
    throw invalid(`the template has ${used} placeholders, but ${values.length} values were given`);
  }
  return filled;
}

/** A backslash makes a quote, a brace or a backslash literal, and may precede nothing else. */
function withoutEscapes(raw: string, outer: string): string {
  return raw.replace(/\\([\s\S]?)/g, (token, character: string) => {
    if (/^['{}\\]$/.test(character)) return character;
    throw failure("States.Runtime", outer, `open escape backslash: ${token}`);
  });
}

function failure(error: string, call: string, reason: string, cause?: unknown): QueryError {
  return new QueryError(error, `The function '${call}' had the following error: ${reason}`, { cause });
}
