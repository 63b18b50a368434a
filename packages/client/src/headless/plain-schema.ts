import { isJsonObject, type JsonObject, ownPart, sameJson } from "./same-json.ts";

/** A schema with its references and combinations resolved into one list of keywords. */
export interface PlainSchema {
  readonly schema: JsonObject;
  /** Whether null is allowed too; it is no longer among the types. */
  readonly nullable: boolean;
  /** The references that led here; following one of them again would never end. */
  readonly followed: readonly string[];
}

/** Resolves a part of a schema; undefined when no field can ask for it. */
export type Resolve = (part: unknown, followed: readonly string[]) => PlainSchema | undefined;

type Resolved = Omit<PlainSchema, "nullable">;

const MAX_COMBINATION_DEPTH = 16;
/** The most parts that are resolved: nested references can make their number explode. */
const MAX_PARTS = 5_000;

/** Keywords that say nothing about the value itself; the outermost one is used. */
const ANNOTATIONS = new Set([
  "title",
  "description",
  "default",
  "examples",
  "readOnly",
  "writeOnly",
  "deprecated",
  "$comment",
  "$schema",
  "$id",
  "$anchor",
  "$defs",
  "definitions",
]);

/** Keywords that only the server checks; where two differ it checks both. */
const LEFT_TO_SERVER = new Set(["pattern", "format", "not", "contentMediaType", "additionalProperties"]);

const LARGER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const SMALLER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** Makes a function that resolves the parts of one schema. */
export function schemaResolver(root: unknown): Resolve {
  let left = MAX_PARTS;

  function resolve(part: unknown, followed: readonly string[], depth: number): Resolved | undefined {
    if (!isJsonObject(part) || depth > MAX_COMBINATION_DEPTH || left-- <= 0) return undefined;
    const { $ref, allOf, ...own } = part;
    const pieces: Resolved[] = [{ schema: own, followed }];
    if (typeof $ref === "string") {
      const target = followed.includes($ref)
        ? undefined
        : resolve(targetOf(root, $ref), [...followed, $ref], depth + 1);
      if (!target) return undefined;
      pieces.push(target);
    }
    for (const branch of Array.isArray(allOf) ? allOf : []) {
      const piece = branch === true ? { schema: {}, followed } : resolve(branch, followed, depth + 1);
      if (!piece) return undefined;
      pieces.push(piece);
    }
    const schema = mergedSchema(pieces.map((piece) => piece.schema));
    const all = [...new Set(pieces.flatMap((piece) => piece.followed))];
    return schema && withoutAlternatives({ schema, followed: all }, depth);
  }

  /** Resolves `anyOf` and `oneOf` if they only add null, a title for a value, or rules for the server. */
  function withoutAlternatives({ schema, followed }: Resolved, depth: number): Resolved | undefined {
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = schema[keyword];
      if (!Array.isArray(branches) || branches.every(isTitledValue)) continue;
      const { [keyword]: _, ...rest } = schema;
      if (branches.every(isRuleOnly)) return withoutAlternatives({ schema: rest, followed }, depth);
      const others = branches.filter((branch) => !isNullSchema(branch));
      const other = others.length === 1 ? resolve(others[0], followed, depth + 1) : undefined;
      if (!other) return undefined;
      const inner = others.length < branches.length ? withNull(other.schema) : other.schema;
      const merged = mergedSchema([rest, inner]);
      return merged && withoutAlternatives({ schema: merged, followed: other.followed }, depth);
    }
    return { schema, followed };
  }

  return (part, followed) => {
    const resolved = resolve(part, followed, 0);
    return resolved && withoutNullType(resolved);
  };
}

/** The same schema, with null allowed too. */
function withNull(schema: JsonObject): JsonObject {
  if (Object.hasOwn(schema, "const")) {
    const { const: only, ...rest } = schema;
    return withNull({ ...rest, enum: [only] });
  }
  const types = typesOf(schema);
  const nullable = types.length === 0 ? schema : { ...schema, type: [...new Set([...types, "null"])] };
  if (Array.isArray(schema.enum)) return { ...nullable, enum: [...schema.enum, null] };
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = schema[keyword];
    if (Array.isArray(branches)) return { ...nullable, [keyword]: [...branches, { const: null }] };
  }
  return nullable;
}

/** Removes null from the types; undefined when several types are left, which no single field can ask for. */
function withoutNullType({ schema, followed }: Resolved): PlainSchema | undefined {
  const types = typesOf(schema);
  const others = types.filter((type) => type !== "null" && !(type === "integer" && types.includes("number")));
  const isChoice = ["const", "enum", "anyOf", "oneOf"].some((keyword) => Object.hasOwn(schema, keyword));
  if (isChoice) return { schema, nullable: false, followed };
  if (others.length > 1) return undefined;
  const [type] = others.length === 1 ? others : types;
  const nullable = others.length === 1 && types.includes("null");
  return { schema: type === undefined ? schema : { ...schema, type }, nullable, followed };
}

const KEYWORDS_OF_TYPES: readonly (readonly [string, readonly string[]])[] = [
  ["object", ["properties", "required", "additionalProperties", "patternProperties", "minProperties"]],
  ["array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]],
  ["string", ["minLength", "maxLength", "pattern", "format"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];

/**
 * The types of a schema: those it names, else the one that its keywords imply; empty when nothing shows a
 * type.
 */
export function typesOf(schema: JsonObject): readonly unknown[] {
  if (schema.type !== undefined) return [schema.type].flat();
  const meant = KEYWORDS_OF_TYPES.filter(([, keywords]) =>
    keywords.some((one) => Object.hasOwn(schema, one)),
  );
  return meant.length === 1 ? [meant[0]![0]] : [];
}

/** Whether it is a single value, perhaps with a title. */
const isTitledValue = (branch: unknown): branch is JsonObject =>
  isJsonObject(branch) &&
  (Object.hasOwn(branch, "const") || (Array.isArray(branch.enum) && branch.enum.length === 1));

const isNullSchema = (branch: unknown): boolean =>
  isJsonObject(branch) &&
  (branch.type === "null" ||
    branch.const === null ||
    (Array.isArray(branch.enum) && sameJson(branch.enum, [null])));

/** Whether it only says which properties are required or forbidden, which the server checks. */
const isRuleOnly = (branch: unknown): boolean =>
  isJsonObject(branch) &&
  Object.keys(branch).every((key) => key === "required" || key === "not" || ANNOTATIONS.has(key));

/** Merges schemas into one that requires all of them; undefined when one schema cannot express that. */
function mergedSchema(schemas: readonly JsonObject[]): JsonObject | undefined {
  const merged = new Map<string, unknown>();
  for (const schema of schemas)
    for (const [keyword, value] of Object.entries(schema)) {
      if (!merged.has(keyword)) {
        merged.set(keyword, value);
        continue;
      }
      const both = mergedKeyword(keyword, merged.get(keyword), value);
      if (both === undefined) return undefined;
      merged.set(keyword, both);
    }
  return Object.fromEntries(merged);
}

function mergedKeyword(keyword: string, a: unknown, b: unknown): unknown {
  if (ANNOTATIONS.has(keyword) || LEFT_TO_SERVER.has(keyword) || sameJson(a, b)) return a;
  if (typeof a === "number" && typeof b === "number") {
    if (LARGER.has(keyword)) return Math.max(a, b);
    if (SMALLER.has(keyword)) return Math.min(a, b);
  }
  switch (keyword) {
    case "type":
      return mergedTypes([a].flat(), [b].flat());
    case "required":
      return Array.isArray(a) && Array.isArray(b) ? [...new Set([...a, ...b])] : undefined;
    case "enum":
      return Array.isArray(a) && Array.isArray(b)
        ? a.filter((one) => b.some((other) => sameJson(one, other)))
        : undefined;
    case "uniqueItems":
      return a === true || b === true;
    case "items":
      return { allOf: [a, b] };
    case "properties":
      return isJsonObject(a) && isJsonObject(b) ? mergedProperties(a, b) : undefined;
    default:
      return undefined;
  }
}

/** The types that both allow; for number and integer it is integer. */
function mergedTypes(a: readonly unknown[], b: readonly unknown[]): unknown {
  const common = a.filter((type) => b.includes(type) || (type === "integer" && b.includes("number")));
  if (b.includes("integer") && a.includes("number") && !common.includes("integer")) common.push("integer");
  return common.length === 0 ? undefined : common.length === 1 ? common[0] : common;
}

function mergedProperties(a: JsonObject, b: JsonObject): JsonObject {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(
    names.map((name) => {
      const of = [a, b].filter((properties) => Object.hasOwn(properties, name)).map((one) => one[name]);
      return [name, of.length === 1 ? of[0] : { allOf: of }];
    }),
  );
}

/** The target of a reference within the root; undefined when there is none, or it is outside the root. */
function targetOf(root: unknown, reference: string): unknown {
  const id = ownPart(root, "$id");
  const base = typeof id === "string" ? id.replace(/#$/, "") : "";
  const [, before = "", fragment = ""] = /^([^#]*)#?(.*)$/s.exec(reference) ?? [];
  if (before !== "" && before !== base) return undefined;
  const pointer = decoded(fragment);
  if (pointer === undefined) return undefined;
  if (pointer !== "" && !pointer.startsWith("/")) return anchored(root, pointer);
  return pointer
    .split("/")
    .slice(1)
    .reduce((at, step) => ownPart(at, step.replaceAll("~1", "/").replaceAll("~0", "~")), root);
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function anchored(at: unknown, anchor: string): unknown {
  if (typeof at !== "object" || at === null) return undefined;
  if (ownPart(at, "$anchor") === anchor) return at;
  for (const inner of Object.values(at)) {
    const found = anchored(inner, anchor);
    if (found !== undefined) return found;
  }
  return undefined;
}
