import { compilePattern, PatternFault } from "./linear-pattern.ts";
import type { Place, SchemaMap } from "./schema-map.ts";

/** Most schemas that one schema may apply, with references expanded; no useful form needs more. */
const MAX_APPLIED = 10_000;

/** Where a schema is faulty, as a JSON Pointer, and why. */
export interface SchemaFault {
  readonly pointer: string;
  readonly reason: string;
}

/**
 * Finds what makes a schema impossible to check in bounded time: references out of the schema, to nothing, back to
 * themselves on the same value, or that multiply, and patterns that are invalid or not linear.
 */
export function findFault(map: SchemaMap): SchemaFault | undefined {
  const applied = new Map<Place, readonly { readonly place: Place; readonly toSame: boolean }[]>();
  // A reference may lead to a place that no keyword leads to. Such places are added at the end and checked too.
  for (let known = -1; known !== applied.size; ) {
    known = applied.size;
    for (const place of map.places()) {
      if (applied.has(place)) continue;
      const reason = patternFault(place.schema) ?? dynamicFault(place.schema);
      if (reason) return { pointer: place.pointer, reason };
      const all = map.applied(place);
      const found = all.filter((one) => one !== undefined);
      if (found.length < all.length)
        return { pointer: place.pointer, reason: "refers to something that is not in the schema" };
      applied.set(place, found);
    }
  }
  return findLoop(applied) ?? findMultiplication(applied);
}

type Applications = ReadonlyMap<Place, readonly { readonly place: Place; readonly toSame: boolean }[]>;

function findLoop(applied: Applications): SchemaFault | undefined {
  const done = new Map<Place, boolean>();
  const loops = (place: Place): boolean => {
    const known = done.get(place);
    if (known !== undefined) return !known;
    done.set(place, false);
    if (applied.get(place)!.some((one) => one.toSame && loops(one.place))) return true;
    done.set(place, true);
    return false;
  };
  for (const place of applied.keys())
    if (loops(place)) return { pointer: place.pointer, reason: "refers to itself on the same value" };
  return undefined;
}

function findMultiplication(applied: Applications): SchemaFault | undefined {
  const counts = new Map<Place, number>();
  const count = (place: Place): number => {
    const known = counts.get(place);
    if (known !== undefined) return known;
    // A schema that applies itself to a part of the value is bounded by the value.
    counts.set(place, 0);
    const sum = applied.get(place)!.reduce((total, one) => total + count(one.place), 1);
    counts.set(place, sum);
    return sum;
  };
  for (const place of applied.keys())
    if (count(place) > MAX_APPLIED)
      return { pointer: place.pointer, reason: "applies too many schemas, by references that multiply" };
  return undefined;
}

function patternFault({ pattern, patternProperties }: Readonly<Record<string, unknown>>): string | undefined {
  const sources = [
    ...(typeof pattern === "string" ? [pattern] : []),
    ...(typeof patternProperties === "object" && patternProperties !== null
      ? Object.keys(patternProperties)
      : []),
  ];
  for (const source of sources) {
    try {
      compilePattern(source);
    } catch (cause) {
      if (!(cause instanceof PatternFault)) throw cause;
      return `its pattern ${cause.message}`;
    }
  }
  return undefined;
}

/** Ajv resolves such a reference to the schema that contains it, whatever its target. */
const dynamicFault = ({ $dynamicRef, $recursiveRef }: Readonly<Record<string, unknown>>) =>
  $dynamicRef === undefined && $recursiveRef === undefined
    ? undefined
    : "refers dynamically; `$ref` can be used";
