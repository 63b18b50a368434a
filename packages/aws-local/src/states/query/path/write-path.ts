import { isObject, type Json } from "../../../json.ts";
import { QueryError } from "../query.ts";
import { parse } from "./read-path.ts";
import type { Segment } from "./syntax.ts";

/**
 * A copy of the input with `value` at the reference path (a `ResultPath`). Missing objects on the way are created; a step
 * into something that is not an object, or past the end of an array, is `States.ResultPathMatchFailure`.
 */
export function writePath(path: string, input: Json, value: Json): Json {
  const { root, segments, definite } = parse(path);
  if (root.kind !== "input" || !definite) {
    throw new QueryError(
      "States.Runtime",
      `Invalid path '${path}' : a reference path must name one node of the input`,
    );
  }
  const mismatch = (): never => {
    throw new QueryError(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
    );
  };
  return put(input, segments, value, mismatch);
}

function put(target: Json, segments: readonly Segment[], value: Json, mismatch: () => never): Json {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (segment.kind === "names" && segment.names.length === 1) {
    const name = segment.names[0]!;
    const parent = target ?? {};
    if (!isObject(parent)) return mismatch();
    const child = Object.hasOwn(parent, name) ? parent[name] : undefined;
    return { ...parent, [name]: put(child, rest, value, mismatch) };
  }
  if (segment.kind !== "indexes" || !Array.isArray(target)) return mismatch();
  const index = segment.indexes[0]!;
  if (index < 0 || index >= target.length) return mismatch();
  return target.with(index, put(target[index], rest, value, mismatch));
}
