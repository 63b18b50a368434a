type SchemaObject = Readonly<Record<string, unknown>>;

/** A schema within a schema. */
export interface Place {
  readonly schema: SchemaObject;
  /** Its JSON Pointer, from the root. */
  readonly pointer: string;
  /** The base of its references. */
  readonly base: string;
}

/** A schema that another one applies: to the same value, or to a part of it. */
export interface Applied {
  readonly place: Place;
  readonly toSame: boolean;
}

interface Holder {
  /** Whether a keyword holds one schema, a list, or a map by name. */
  readonly as: "one" | "list" | "map";
  readonly toSame: boolean;
}

const holding = (as: Holder["as"], toSame: boolean, words: string): [string, Holder][] =>
  words.split(" ").map((word) => [word, { as, toSame }]);

/** How keywords hold schemas, in all drafts. */
const holders = new Map<string, Holder>([
  ...holding("one", true, "not if then else"),
  ...holding("list", true, "allOf anyOf oneOf"),
  ...holding("map", true, "dependentSchemas dependencies"),
  ...holding("one", false, "additionalItems additionalProperties contains propertyNames items"),
  ...holding("one", false, "unevaluatedItems unevaluatedProperties"),
  ...holding("list", false, "prefixItems"),
  ...holding("map", false, "properties patternProperties"),
]);

/** Definitions that can be referred to and apply nothing by themselves. */
const libraries = ["$defs", "definitions"];

/** Stands for `true` and `false`, which contain no schemas. */
const anything: SchemaObject = {};

const isObject = (value: unknown): value is SchemaObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** The schemas within a schema. */
export type SchemaMap = ReturnType<typeof mapSchema>;

/**
 * Finds the schemas within a schema, and what they refer to. `idWord` is `$id`, or `id` in draft-04. The caller bounds
 * the depth.
 */
export function mapSchema(root: SchemaObject, idKeyword: string) {
  const places = new Map<SchemaObject, Place>();
  const byUri = new Map<string, SchemaObject>();
  const rootBase = "schema:///";

  function add(schema: SchemaObject, pointer: string, outerBase: string): void {
    if (places.has(schema)) return;
    const base = nameIt(schema, outerBase);
    places.set(schema, { schema, pointer, base });
    for (const { schema: inner, step } of held(schema)) add(inner, pointer + step, base);
    for (const word of libraries)
      for (const [key, inner] of Object.entries(isObject(schema[word]) ? schema[word] : {}))
        if (isObject(inner)) add(inner, `${pointer}/${word}/${escaped(key)}`, base);
  }

  function nameIt(schema: SchemaObject, outerBase: string): string {
    const { [idKeyword]: id, $anchor, $dynamicAnchor } = schema;
    const isResource = typeof id === "string" && !id.startsWith("#");
    const base = isResource ? urlOf(id, outerBase)?.href : outerBase;
    const uri = withoutHash(base ?? outerBase);
    if (isResource) byUri.set(uri, schema);
    for (const anchor of [
      $anchor,
      $dynamicAnchor,
      isResource ? undefined : (id as string | undefined)?.slice(1),
    ])
      if (typeof anchor === "string") byUri.set(`${uri}#${anchor}`, schema);
    return uri;
  }

  /** The target of a reference; undefined if it is not within the schema. */
  function follow(reference: string, base: string): SchemaObject | undefined {
    const url = urlOf(reference, base);
    if (!url) return undefined;
    const uri = withoutHash(url.href);
    const fragment = decoded(url.hash.slice(1));
    if (fragment === undefined) return undefined;
    if (fragment !== "" && !fragment.startsWith("/")) return byUri.get(`${uri}#${fragment}`);
    let found: unknown = byUri.get(uri);
    for (const step of fragment.split("/").slice(1)) {
      const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
      found =
        typeof found === "object" && found !== null && Object.hasOwn(found, key)
          ? (found as SchemaObject)[key]
          : undefined;
    }
    const target = typeof found === "boolean" ? anything : found;
    if (!isObject(target)) return undefined;
    add(target, fragment, uri);
    return target;
  }

  byUri.set(rootBase, root);
  add(root, "", rootBase);
  return {
    /** Schemas that keywords hold, and targets of references. */
    places: () => [...places.values()],
    /** The schemas that one schema applies; undefined in place of a reference without a target. */
    applied({ schema, base }: Place): (Applied | undefined)[] {
      const inner = held(schema).map((one) => ({ place: places.get(one.schema)!, toSame: one.toSame }));
      if (typeof schema.$ref !== "string") return inner;
      const target = follow(schema.$ref, base);
      return [...inner, target && { place: places.get(target)!, toSame: true }];
    },
  };
}

/** The schemas in a schema's keywords. */
function held(schema: SchemaObject) {
  return Object.entries(schema).flatMap(([word, value]) => {
    const holder = holders.get(word);
    if (!holder) return [];
    const { toSame } = holder;
    const inner: [string, unknown][] =
      holder.as === "map" || Array.isArray(value)
        ? Object.entries(value ?? {}).map(([key, one]) => [`/${word}/${escaped(key)}`, one])
        : [[`/${word}`, value]];
    return inner.flatMap(([step, one]) => (isObject(one) ? [{ schema: one, step, toSame }] : []));
  });
}

const withoutHash = (uri: string): string => uri.split("#")[0]!;

function urlOf(reference: string, base: string): URL | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base) : undefined;
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
