import { equalJson, isObject, type Json } from "../../../json.ts";
import { type Filter, isDefinite, type Operand, type Segment } from "./syntax.ts";

/** Everything that the segments select, starting from `start`; steps without a value select nothing. */
export function select(start: Json, segments: readonly Segment[], document: Json): Json[] {
  return segments.reduce<Json[]>(
    (reached, segment, at) => {
      const last = at === segments.length - 1;
      return reached.flatMap((value) => step(value, segment, last, document));
    },
    [start],
  );
}

function step(value: Json, segment: Segment, last: boolean, document: Json): Json[] {
  switch (segment.kind) {
    case "names":
      return selectNames(value, segment.names, last);
    case "indexes":
      if (!Array.isArray(value)) return [];
      return segment.indexes
        .map((index) => (index < 0 ? value.length + index : index))
        .filter((index) => index >= 0 && index < value.length)
        .map((index) => value[index] as Json);
    case "slice":
      return Array.isArray(value) ? value.slice(segment.from, segment.to) : [];
    case "wildcard":
      return children(value);
    case "filter":
      return (Array.isArray(value) ? value : isObject(value) ? [value] : []).filter((candidate) =>
        passes(segment.test, candidate, document),
      );
    case "descend":
      return descendants(value).flatMap((node) => step(node, segment.segment, last, document));
  }
}

function selectNames(value: Json, names: readonly string[], last: boolean): Json[] {
  if (!isObject(value)) return [];
  const present = names.filter((name) => Object.hasOwn(value, name));
  // Jayway merges several last names into one object: `$['a','b']` is `{a, b}`.
  if (names.length > 1 && last) return [Object.fromEntries(present.map((name) => [name, value[name]]))];
  return present.map((name) => value[name]);
}

function children(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function descendants(value: Json): Json[] {
  return [value, ...children(value).flatMap(descendants)];
}

function passes(filter: Filter, candidate: Json, document: Json): boolean {
  switch (filter.kind) {
    case "and":
      return passes(filter.left, candidate, document) && passes(filter.right, candidate, document);
    case "or":
      return passes(filter.left, candidate, document) || passes(filter.right, candidate, document);
    case "not":
      return !passes(filter.filter, candidate, document);
    case "exists":
      return resolve(filter.operand, candidate, document) !== undefined;
    case "matches": {
      const text = resolve(filter.operand, candidate, document);
      return typeof text === "string" && filter.pattern.test(text);
    }
    case "compare": {
      const left = resolve(filter.left, candidate, document);
      const right = resolve(filter.right, candidate, document);
      switch (filter.operator) {
        case "==":
          return equalJson(left, right);
        case "!=":
          return !equalJson(left, right);
        case "in":
          return Array.isArray(right) && right.some((item) => equalJson(item, left));
        case "nin":
          return Array.isArray(right) && !right.some((item) => equalJson(item, left));
        default:
          return inOrder(left, filter.operator, right);
      }
    }
  }
}

function inOrder(left: Json, operator: "<" | "<=" | ">" | ">=", right: Json): boolean {
  const numbers = typeof left === "number" && typeof right === "number";
  const strings = typeof left === "string" && typeof right === "string";
  if (!numbers && !strings) return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

/** An operand's value; undefined if its path has none. */
function resolve(operand: Operand, candidate: Json, document: Json): Json {
  if (operand.kind === "literal") return operand.value;
  const found = select(operand.from === "candidate" ? candidate : document, operand.segments, document);
  return isDefinite(operand.segments) ? found[0] : found;
}
