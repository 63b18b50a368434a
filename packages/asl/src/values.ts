/** The languages of a state machine's expressions. */
export type QueryLanguage = "JSONata" | "JSONPath";

/**
 * A value that is computed when the state runs: `{% … %}` in JSONata; a path, a variable or an intrinsic function in
 * JSONPath.
 */
export type Expression = `{%${string}%}` | `$${string}` | `States.${string}`;

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json };

const LITERAL = "Callboard:Literal";

/** A value in which nothing is an expression, even if it looks like one. */
export interface Literal {
  readonly [LITERAL]: Json;
}

/** Marks a value that looks like an expression as a literal: `literal("$.99 off: shall it go out?")`. */
export const literal = (value: Json): Literal => ({ [LITERAL]: value });

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value is marked as a literal. */
export const isLiteral = (value: unknown): value is Literal =>
  isFields(value) && Object.hasOwn(value, LITERAL) && Object.keys(value).length === 1;

/** The value without the marks. */
export function unmarked(value: unknown): unknown {
  if (isLiteral(value)) return value[LITERAL];
  if (Array.isArray(value)) return value.map(unmarked);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, unmarked(one)]));
}

const jsonata = /^\{%[\s\S]*%\}$/;
const path = /^\$\$?$|^\$\$?[.[]|^\$[A-Za-z_]\w*([.[]\S*)?$/;
const intrinsic = /^States\.[A-Z]\w*\([\s\S]*\)$/;
/** A path that is probably not intended as a text. */
const plainPath = /^\$\$?\.[A-Za-z_]/;

/** Whether a value is an expression of that language. */
export function isExpression(language: QueryLanguage, value: unknown): value is Expression {
  if (typeof value !== "string") return false;
  return language === "JSONata" ? jsonata.test(value) : path.test(value) || intrinsic.test(value);
}

/** A value that is filled in at deployment: a token of CDK's, or a substitution of SAM's and others. */
const placeholder = /\$\{[^}]+\}/;

/** Whether a value is, or contains, something that is known only when the definition is deployed or the state runs. */
export function isOpen(language: QueryLanguage, value: unknown): boolean {
  if (typeof value === "string") return isExpression(language, value) || placeholder.test(value);
  if (isLiteral(value)) return placeholder.test(JSON.stringify(value));
  return (
    typeof value === "object" && value !== null && Object.values(value).some((one) => isOpen(language, one))
  );
}

/** Each value that cannot be written in that language, as `path: rule`. */
export function faultsOf(language: QueryLanguage, value: unknown, at: string, asIs = false): string[] {
  if (isLiteral(value)) return faultsOf(language, value[LITERAL], at, true);
  if (Array.isArray(value)) return listFaults(language, value, at, asIs);
  if (isFields(value))
    return Object.entries(value).flatMap(([field, one]) => {
      if (one === undefined) return [];
      const here = `${at}.${field}`;
      if (language === "JSONPath" && field.endsWith(".$"))
        return [`${here}: write ${field.slice(0, -2)}; the .$ of an expression is added`];
      return faultsOf(language, one, here, asIs);
    });
  if (typeof value === "string") return asIs ? [] : textFaults(language, value, at);
  if (typeof value === "number" && Number.isFinite(value)) return [];
  return typeof value === "boolean" || value === null ? [] : [`${at}: not JSON`];
}

function listFaults(language: QueryLanguage, list: readonly unknown[], at: string, asIs: boolean): string[] {
  const faults = list.flatMap((one, n) => faultsOf(language, one, `${at}.${n}`, asIs));
  if (asIs || !isArrayCall(language, list)) return faults;
  const nested = list.some((one) => typeof unmarked(one) === "object" && unmarked(one) !== null);
  return nested ? [...faults, `${at}: in JSONPath a list contains either expressions or objects`] : faults;
}

function textFaults(language: QueryLanguage, text: string, at: string): string[] {
  const orText = "or mark it as a literal if it is a text";
  if (language === "JSONPath")
    return jsonata.test(text) ? [`${at}: a JSONata expression in a state of JSONPath, ${orText}`] : [];
  if (plainPath.test(text) || intrinsic.test(text))
    return [`${at}: a JSONPath expression in a state of JSONata: write {% … %}, ${orText}`];
  return text.startsWith("{%") && !jsonata.test(text)
    ? [`${at}: an expression begins with {% and ends with %}, ${orText}`]
    : [];
}

/** In JSONPath, a list that contains expressions is written as a function call. */
const isArrayCall = (language: QueryLanguage, list: readonly unknown[]): boolean =>
  language === "JSONPath" && list.some((one) => !isLiteral(one) && isExpression(language, one));

/** Fields as they are written in a state: in JSONPath an expression is under its name with `.$`. */
export function written(language: QueryLanguage, fields: Fields, asIs = false): Record<string, unknown> {
  const entries = Object.entries(fields).flatMap(([field, value]): [string, unknown][] => {
    if (value === undefined) return [];
    if (language === "JSONata" || asIs || isLiteral(value))
      return [[field, writtenOne(language, value, asIs)]];
    if (isExpression(language, value)) return [[`${field}.$`, value]];
    if (Array.isArray(value) && isArrayCall(language, value))
      return [[`${field}.$`, `States.Array(${value.map((one) => argument(language, one)).join(", ")})`]];
    return [[field, writtenOne(language, value, asIs)]];
  });
  return Object.fromEntries(entries);
}

function writtenOne(language: QueryLanguage, value: unknown, asIs: boolean): unknown {
  if (isLiteral(value)) return writtenOne(language, value[LITERAL], true);
  if (Array.isArray(value)) return value.map((one) => writtenOne(language, one, asIs));
  if (isFields(value)) return written(language, value, asIs);
  // A text that the engine would take for an expression is written as an expression that returns that text.
  if (asIs && language === "JSONata" && typeof value === "string" && value.startsWith("{%"))
    return `{% ${JSON.stringify(value).replaceAll("%", "\\u0025")} %}`;
  return value;
}

/** A value as an argument of an intrinsic function. */
export function argument(language: QueryLanguage, value: unknown): string {
  if (!isLiteral(value) && isExpression(language, value)) return value;
  const plain = unmarked(value);
  return typeof plain === "string" ? `'${plain.replace(/[\\'{}]/g, "\\$&")}'` : JSON.stringify(plain);
}
