import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { type Draft, draftOf } from "./drafts.ts";
import { checkedFormats } from "./formats.ts";
import { compilePattern } from "./linear-pattern.ts";
import { markNames, unmarkNames } from "./object-names.ts";
import { findFault } from "./schema-fault.ts";
import { mapSchema } from "./schema-map.ts";
import { countKeywords, type WorkBudget } from "./step-budget.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

/** A compiled schema, or why no answer can be checked against it. */
export type CompiledSchema =
  | { readonly fault: string; readonly issues?: undefined }
  | { readonly fault?: undefined; readonly issues: (value: unknown) => string[] };

/** Keywords whose problem only repeats a deeper problem. */
const wrappers = new Set(["if", "$ref", "propertyNames"]);

/**
 * Compiles a schema with Ajv, safely for schemas that come with an event
 * (https://ajv.js.org/security.html#untrusted-schemas). The caller bounds size and depth. Patterns run in linear time,
 * every keyword counts as work, references stay within the schema, and schemas do not share state. Only an object's own
 * properties count. Ajv's features beyond validation are off: `$data`, defaults, coercion, asynchronous schemas.
 */
export function compileSchema(given: SchemaObject, budget: WorkBudget): CompiledSchema {
  const draft = draftOf(given);
  if (!draft) return { fault: "schema.$schema: none of draft-04, draft-06, draft-07, 2019-09, 2020-12" };
  const { $async: _, ...schema } = markNames(given) as SchemaObject;
  const wrong = metaIssue(schema, draft);
  if (wrong) return { fault: wrong };
  const map = mapSchema(schema, draft.idWord);
  const found = findFault(map);
  if (found) return { fault: `${fieldOf("schema", found.pointer)}: ${found.reason}` };
  for (const place of map.places()) dropIdleNullable(place.schema);
  try {
    const validate = validatorOf(schema, draft, budget);
    return { issues: (value) => issuesIn(validate, value, budget) };
  } catch {
    return { fault: "schema: it is not a JSON Schema that can be used" };
  }
}

/** A keyword of OpenAPI. It has no effect without a type, where Ajv would refuse it. */
function dropIdleNullable(schema: { type?: unknown; nullable?: unknown }): void {
  if (schema.type === undefined) delete schema.nullable;
}

function validatorOf(schema: SchemaObject, draft: Draft, budget: WorkBudget): ValidateFunction {
  const ajv = draft.create({
    ...strictness,
    meta: false,
    validateSchema: false,
    allErrors: true,
    ownProperties: true,
    inlineRefs: false,
    // Division of decimal fractions is not exact.
    multipleOfPrecision: 9,
    formats: checkedFormats,
    code: { optimize: false, regExp: countedPatterns(budget) },
  });
  if (draft.idWord === "$id") ajv.removeKeyword("id");
  countKeywords(ajv, budget);
  return ajv.compile(schema);
}

/** Unknown keywords and formats have no effect, as the specification says. */
const strictness = { strict: false, logger: false } satisfies Options;

function countedPatterns(budget: WorkBudget) {
  const compile = (source: string) => {
    const pattern = compilePattern(unmarkNames(source));
    return {
      test(text: string) {
        budget.spend(1 + (text.length >> 3));
        return pattern.test(unmarkNames(text));
      },
      toString: () => source,
    };
  };
  return Object.assign(compile, { code: "new RegExp" });
}

/** Validators of schemas themselves, each created when it is first needed. */
const metaValidators = new Map<Draft, ValidateFunction>();

function metaIssue(schema: SchemaObject, draft: Draft): string | undefined {
  let validate = metaValidators.get(draft);
  if (!validate) {
    const ajv = draft.create({ ...strictness, validateFormats: false, code: { optimize: false } });
    validate = ajv.getSchema(draft.metaschema)!;
    metaValidators.set(draft, validate);
  }
  if (validate(schema)) return undefined;
  const [error] = specificErrors(validate);
  return `${fieldOf("schema", error!.instancePath)}: ${wordsOf(error!)}`;
}

function issuesIn(validate: ValidateFunction, value: unknown, budget: WorkBudget): string[] {
  if (budget.run(() => validate(markNames(value)))) return [];
  const issues = specificErrors(validate).map(
    (error) => `${fieldOf("value", error.instancePath)}: ${wordsOf(error)}`,
  );
  return [...new Set(issues)];
}

function specificErrors({ errors }: ValidateFunction): ErrorObject[] {
  const specific = (errors ?? []).filter(({ keyword }) => !wrappers.has(keyword));
  return specific.length > 0 ? specific : (errors ?? []);
}

/** What is wrong, without the value's content. */
function wordsOf({ keyword, params, message }: ErrorObject): string {
  const { additionalProperty = params.unevaluatedProperty as unknown } = params;
  if (typeof additionalProperty === "string")
    return `must not have the property '${unmarkNames(additionalProperty)}'`;
  if (keyword === "pattern") return "must match the pattern";
  if (keyword === "false schema") return "must not be there";
  return unmarkNames(message ?? "does not fit");
}

/** `/a/0` as `value.a.0`. */
const fieldOf = (whole: string, pointer: string): string =>
  unmarkNames(`${whole}${pointer.replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~")}`);
