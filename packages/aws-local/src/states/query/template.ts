import { isObject, type Json } from "../../json.ts";
import { evaluateIntrinsic } from "./evaluate-intrinsic.ts";
import { lookUp, notFound } from "./path/read-path.ts";
import type { Scope } from "./query.ts";
import { QueryError } from "./query.ts";

/**
 * Evaluates a payload template (`Parameters`, `ResultSelector`, `ItemSelector`, `Assign`): the value of a key that ends
 * in `.$` is a path or an intrinsic function call. Its result gets the key without the suffix. A path without a value
 * is `States.Runtime`, as on AWS.
 */
export function evaluateTemplate(template: Json, input: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((item) => evaluateTemplate(item, input, scope));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), evaluateField(key, value, input, scope)]
        : [key, evaluateTemplate(value, input, scope)],
    ),
  );
}

function evaluateField(key: string, value: Json, input: Json, scope: Scope): Json {
  if (typeof value !== "string") {
    throw new QueryError(
      "States.Runtime",
      `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
    );
  }
  if (!value.startsWith("$")) return evaluateIntrinsic(value, input, scope);
  const result = lookUp(value, input, scope);
  if (result.found) return result.value;
  throw notFound(value, key, input);
}
