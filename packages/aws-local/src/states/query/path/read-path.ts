import { isObject, type Json } from "../../../json.ts";
import type { Scope } from "../query.ts";
import { QueryError } from "../query.ts";
import { PathSyntaxError } from "./cursor.ts";
import { parsePath } from "./parse-path.ts";
import { select } from "./select.ts";
import { normalize, type Path, type Segment } from "./syntax.ts";

/** The value at a path, or why there is none. */
export type Lookup = { found: true; value: Json } | { found: false; reason: string };

/**
 * Follows a path from the input (`$`), the context object (`$$`) or a variable (`$name`). A definite path returns its one
 * value, any other path an array of all matches, which may be empty. Throws `States.Runtime` if the text is not a path.
 */
export function lookUp(text: string, input: Json, scope: Scope): Lookup {
  const path = parse(text);
  const document = documentOf(path, input, scope);
  if (document === undefined) {
    return { found: false, reason: `No value assigned to the variable in path: ${text}` };
  }
  const values = select(document, path.segments, document);
  if (!path.definite) return { found: true, value: values };
  return values.length === 1
    ? { found: true, value: values[0] }
    : { found: false, reason: whyNothing(document, path.segments) };
}

/**
 * Follows a path as `lookUp` does; a definite path without a value is `States.Runtime`. `field` is given for the fields
 * that Step Functions names in that cause (`ErrorPath`, `CausePath`).
 */
export function readPath(path: string, input: Json, scope: Scope, field?: string): Json {
  const result = lookUp(path, input, scope);
  if (result.found) return result.value;
  throw field === undefined
    ? new QueryError("States.Runtime", `Invalid path '${path}' : ${result.reason}`)
    : notFound(path, field, input);
}

/** The failure of a field whose path has no value. */
export function notFound(path: string, field: string, input: Json): QueryError {
  return new QueryError(
    "States.Runtime",
    `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(input)}'`,
  );
}

/** Parses a path; invalid text is `States.Runtime`. */
export function parse(text: string): Path {
  try {
    return parsePath(text);
  } catch (cause) {
    if (!(cause instanceof PathSyntaxError)) throw cause;
    throw new QueryError("States.Runtime", `Invalid path '${text}' : ${cause.message}`, { cause });
  }
}

function documentOf(path: Path, input: Json, scope: Scope): Json {
  if (path.root.kind !== "variable") return path.root.kind === "input" ? input : scope.context;
  return Object.hasOwn(scope.variables, path.root.name) ? scope.variables[path.root.name] : undefined;
}

/** Names the first step that failed, in Jayway's words. */
function whyNothing(document: Json, segments: readonly Segment[]): string {
  let value = document;
  for (const [at, segment] of segments.entries()) {
    const next = select(value, [segment], document);
    if (next.length === 0) {
      const here = normalize(segments.slice(0, at));
      if (segment.kind === "names" && !isObject(value)) {
        return `Expected to find an object with property ['${segment.names[0]}'] in path ${here}`;
      }
      const missing = normalize(segments.slice(0, at + 1));
      const leaf = at === segments.length - 1 || segment.kind === "indexes";
      return leaf ? `No results for path: ${missing}` : `Missing property in path ${missing}`;
    }
    value = next[0];
  }
  return `No results for path: ${normalize(segments)}`;
}
