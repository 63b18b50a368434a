import type { Key, KeyPart } from "../store/store.ts";
import type { KeyConditionPart } from "./expressions/index.ts";
import { checked, checkKeyValue } from "./keys.ts";
import { invalid, invalidParameter } from "./request.ts";
import type { KeyAttribute, KeySchema } from "./table.ts";
import { type AttributeValue, keyPart } from "./values.ts";

/** The range of the store's records that a query reads. */
export interface KeyRange {
  readonly prefix: Key;
  readonly gte?: Key;
  readonly lt?: Key;
}

/** A key condition, matched with the schema of a table or an index. */
export interface Conditions {
  readonly hash: AttributeValue;
  readonly range?: KeyConditionPart;
}

/**
 * Matches a key condition with a schema: the hash key equals a value, and the range key may have bounds
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html).
 */
export function matchConditions(schema: KeySchema, parts: readonly KeyConditionPart[]): Conditions {
  if (parts.length > 2) throw invalid("Conditions can be of length 1 or 2 only");
  const hash = parts.find(({ attribute }) => attribute === schema.hash.name);
  if (!hash) throw invalid(`Query condition missed key schema element: ${schema.hash.name}`);
  checkOperands(schema, schema.hash, hash);
  if (hash.op !== "=") throw invalid("Query key condition not supported");
  const range = parts.find((part) => part !== hash);
  if (!range) return { hash: hash.value };
  if (range.attribute === schema.hash.name)
    throw invalid("KeyConditionExpressions must only contain one condition per key");
  if (range.attribute !== schema.range?.name)
    throw invalid(
      schema.range
        ? `Query condition missed key schema element: ${schema.range.name}`
        : "Query key condition not supported",
    );
  checkOperands(schema, schema.range, range);
  return { hash: hash.value, range };
}

function checkOperands(schema: KeySchema, attribute: KeyAttribute, part: KeyConditionPart): void {
  for (const operand of operandsOf(part)) {
    if (!(attribute.type in operand))
      throw invalidParameter("Condition parameter type does not match schema type");
    checkKeyValue(schema, attribute, operand);
  }
}

function operandsOf(part: KeyConditionPart): readonly AttributeValue[] {
  if (part.op === "between") return [part.low, part.high];
  return [part.op === "begins_with" ? part.prefix : part.value];
}

/** Sorts first among bytes, so it comes after a key itself and before every longer key. */
const AFTER_ROWS = "";

/**
 * The records that match conditions, under the prefix of their keys. In an index, the item's short key, which is bytes,
 * follows the range key; bytes sort before text, so `AFTER_ROWS` follows all of them.
 */
export function rangeOf(start: Key, { hash, range }: Conditions): KeyRange {
  const prefix: Key = checked([...start, keyPart(hash)]);
  if (!range) return { prefix };
  const from = (part: KeyPart): Key => checked([...prefix, part]);
  const after = (part: KeyPart): Key => [...from(part), AFTER_ROWS];
  switch (range.op) {
    case "=":
      return { prefix: from(keyPart(range.value)) };
    case "<":
      return { prefix, lt: from(keyPart(range.value)) };
    case "<=":
      return { prefix, lt: after(keyPart(range.value)) };
    case ">":
      return { prefix, gte: after(keyPart(range.value)) };
    case ">=":
      return { prefix, gte: from(keyPart(range.value)) };
    case "between":
      return { prefix, gte: from(keyPart(range.low)), lt: after(keyPart(range.high)) };
    case "begins_with": {
      const first = keyPart(range.prefix);
      const end = typeof first === "string" ? endOfText(first) : endOfBytes(first);
      return { prefix, gte: from(first), ...(end === undefined ? {} : { lt: from(end) }) };
    }
  }
}

/** The first text, in the order of UTF-8, after all texts with this prefix; undefined when there is none. */
function endOfText(text: string): string | undefined {
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // Surrogates are not characters.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}

function endOfBytes(bytes: Uint8Array): Uint8Array | undefined {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = Uint8Array.from(bytes.subarray(0, length));
  end[length - 1]!++;
  return end;
}
