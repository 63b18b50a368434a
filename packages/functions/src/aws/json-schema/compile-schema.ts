import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { type Draft, draftOf } from "./drafts.ts";
import { checkedFormats } from "./formats.ts";
import { compilePattern } from "./linear-pattern.ts";
import { markNames, unmarkNames } from "./object-names.ts";
import { findFault } from "./schema-fault.ts";
import { mapSchema } from "./schema-map.ts";
import { countKeywords, type WorkBudget } from "./step-budget.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

/** A schema that answers are checked against, or why none can be. */
export type CompiledSchema =
  | { readonly fault: string; readonly issues?: undefined }
  | { readonly fault?: undefined; readonly issues: (value: unknown) => string[] };

/** Keywords that only repeat what a deeper problem says. */
const wrappers = new Set(["if", "$ref", "propertyNames"]);

/**
 * Compiles a schema by Ajv, as safely as a schema can be that comes with an event: its size and depth are to be bounded
 * before, patterns run in linear time, every keyword counts as work, its references stay within it, and nothing of one
 * schema is seen by another (https://ajv.js.org/security.html#untrusted-schemas). Only properties of an object's own
 * count. Nothing that Ajv may do beyond checking is switched on: no `$data`, defaults, coercion or asynchronous schemas.
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

/** A word of OpenAPI, which says nothing where there is no type, and which Ajv refuses there. */
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
    // Quotients of decimal fractions are a hair off.
    multipleOfPrecision: 9,
    formats: checkedFormats,
    code: { optimize: false, regExp: countedPatterns(budget) },
  });
  if (draft.idWord === "$id") ajv.removeKeyword("id");
  countKeywords(ajv, budget);
  return ajv.compile(schema);
}

/** Keywords and formats that are not known say nothing, as the specification has it. */
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

/** Validators of schemas themselves, each made when it is asked for first. */
const metaValidators = new Map<Draft, ValidateFunction>();

function metaIssue(schema: SchemaObject, draft: Draft): string | undefined {
  let validate = metaValidators.get(draft);
  if (!validate) {
    const ajv = draft.create({ ...strictness, validateFormats: false, code: { optimize: false } });
    validate = ajv.getSchema(draft.metaschema)!;
    metaValidators.set(draft, validate);
  }
  if (validate(schema)) return undefined;
  const [error] = tellingErrors(validate);
  return `${fieldOf("schema", error!.instancePath)}: ${wordsOf(error!)}`;
}

function issuesIn(validate: ValidateFunction, value: unknown, budget: WorkBudget): string[] {
  if (budget.run(() => validate(markNames(value)))) return [];
  const issues = tellingErrors(validate).map(
    (error) => `${fieldOf("value", error.instancePath)}: ${wordsOf(error)}`,
  );
  return [...new Set(issues)];
}

function tellingErrors({ errors }: ValidateFunction): ErrorObject[] {
  const telling = (errors ?? []).filter(({ keyword }) => !wrappers.has(keyword));
  return telling.length > 0 ? telling : (errors ?? []);
}

/** What is wrong, without anything that the value holds. */
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
