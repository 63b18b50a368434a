import jsonata from "jsonata";
import { isObject, type Json } from "../../json.ts";
import { addFunctions } from "./jsonata-functions.ts";
import { boundedCache, QueryError } from "./query.ts";

/** What a JSONata expression can use: `$states` and the workflow's variables. */
export interface Bindings {
  readonly states: Json;
  readonly variables: Readonly<Record<string, Json>>;
}

const LIMITS = { timeout: 5_000, stack: 500, sequence: 1_000_000 };

const compile = boundedCache(1_000, (source: string) => {
  const expression = jsonata(source, LIMITS);
  addFunctions(expression);
  return expression;
});

/**
 * Evaluates every `{% … %}` in a template, at any depth, and returns plain JSON; everything else is literal. `field` is
 * the template's name in causes (`Output/result`). A syntax error, an error in an expression, a result that JSON cannot
 * hold, and a missing result are `States.QueryEvaluationError`.
 */
export async function evaluateJsonata(template: Json, bindings: Bindings, field = "Output"): Promise<Json> {
  if (typeof template === "string") {
    const source = expressionIn(template);
    return source === undefined ? template : evaluate(source, bindings, field);
  }
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [at, item] of template.entries()) {
      items.push(await evaluateJsonata(item, bindings, `${field}[${at}]`));
    }
    return items;
  }
  if (!isObject(template)) return template;
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(template)) {
    entries.push([key, await evaluateJsonata(value, bindings, `${field}/${key}`)]);
  }
  return Object.fromEntries(entries);
}

/** The expression of a `{% … %}` string; a string with anything before or after it is a literal. */
function expressionIn(text: string): string | undefined {
  return text.length >= 4 && text.startsWith("{%") && text.endsWith("%}")
    ? text.slice(2, -2).trim()
    : undefined;
}

async function evaluate(source: string, bindings: Bindings, field: string): Promise<Json> {
  const failed = (reason: string, cause?: unknown) =>
    new QueryError(
      "States.QueryEvaluationError",
      `The JSONata expression '${source}' specified for the field '${field}' ${reason}`,
      { cause },
    );
  let result: unknown;
  try {
    // Step Functions has no `$eval`: it would run code from data.
    result = await compile(source).evaluate(undefined, {
      eval: undefined,
      ...bindings.variables,
      states: bindings.states,
    });
  } catch (cause) {
    throw failed(`threw an error during evaluation. ${describe(cause)}`, cause);
  }
  if (result === undefined) throw failed("returned nothing (undefined).");
  try {
    return plain(result);
  } catch (cause) {
    throw failed(`returned a value that is not JSON. ${describe(cause)}`, cause);
  }
}

/** Copies a result without the properties that the library adds to arrays and objects. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("a number out of range");
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
    throw new TypeError("a function");
  }
  if (!isObject(value)) return value;
  if (value._jsonata_lambda === true || value._jsonata_function === true) throw new TypeError("a function");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, plain(item)]),
  );
}

/** The library throws plain objects `{code, message}`. */
function describe(cause: unknown): string {
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  return typeof code === "string" ? `${code}: ${message}` : String(message);
}
