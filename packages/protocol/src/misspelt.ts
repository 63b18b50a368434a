import type * as z from "zod/mini";
import { schemaInDecoration } from "./event-fields.ts";

/** An absent field, and an unknown one that was probably written in its place. */
export interface Misspelt {
  /** The path of the intended field. */
  readonly path: string;
  readonly written: string;
}

/** A path as text: `candidates.0.title`. */
export const pathText = (path: readonly PropertyKey[]): string => path.map(String).join(".");

/** The most unknown fields of one object that are examined. */
const MAX_FIELDS = 50;
/** The form of a misspelt name. It is repeated to producers, so it must be a plain name. */
const nameShape = /^[\w-]{1,40}$/;

/** Unknown fields of a value that look like an absent field of its schema. */
export function misspeltFields(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[] = [],
): Misspelt[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "optional" || def.type === "nullable") return misspeltFields(def.innerType, value, path);
  const inDecoration = schemaInDecoration(schema);
  if (inDecoration) return misspeltFields(inDecoration, value, path);
  if (def.type === "pipe") return misspeltFields(def.in, value, path);
  if (def.type === "array" && Array.isArray(value))
    return value.flatMap((one, at) => misspeltFields(def.element, one, [...path, at]));
  if (def.type !== "object" || typeof value !== "object" || value === null) return [];
  const shape = def.shape as Readonly<Record<string, z.core.$ZodType>>;
  const written = Object.keys(value)
    .filter((field) => !Object.hasOwn(shape, field) && nameShape.test(field))
    .slice(0, MAX_FIELDS);
  return Object.entries(shape).flatMap(([field, of]) => {
    const here = [...path, field];
    if (Object.hasOwn(value, field))
      return misspeltFields(of, (value as Record<string, unknown>)[field], here);
    // If the object allows other fields, only a required field is considered missing.
    if (def.catchall && of._zod.optin === "optional") return [];
    const near = written.find((one) => isNear(field, one));
    return near === undefined ? [] : [{ path: pathText(here), written: near }];
  });
}

/** Only letters and digits, in lower case: `timeout_seconds` equals `timeoutSeconds`. */
const plain = (field: string): string => field.toLowerCase().replace(/[^a-z0-9]/g, "");

function isNear(field: string, written: string): boolean {
  const [a, b] = [plain(field), plain(written)];
  return distance(a, b) <= Math.min(2, Math.floor(field.length / 2));
}

/** How many letters must be added, removed or replaced to turn one text into another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
