import { hash } from "node:crypto";
import { AwsError } from "../endpoint/aws-json.ts";
import { MAX_KEY_LENGTH } from "../store/index.ts";
import { encodeKey } from "../store/key.ts";
import type { Key, KeyPart } from "../store/store.ts";
import { invalid, invalidParameter, violates } from "./request.ts";
import type { KeyAttribute, KeySchema, Table, TableIndex } from "./table.ts";
import {
  type AttributeValue,
  attributeOf,
  type Item,
  keyPart,
  readItem,
  setAttribute,
  typeOf,
  valueBytes,
} from "./values.ts";

/** The names of this engine's records in the store. */
export const STORE = "dynamodb";

const HASH_KEY_BYTES = 2_048;
const RANGE_KEY_BYTES = 1_024;

const MISMATCH = "The provided key element does not match the schema";

/** The key of an item's record in the store. `key` has the attributes of the item's key, and may have others. */
export function itemKey(table: Table, key: Item): Key {
  return checked([STORE, "item", table.id, ...partsOf(table.keys, key)]);
}

/**
 * The key of an item's record in an index: the index's key, followed by a short form of the item's own key, which would
 * not fit.
 */
export function indexKey(table: Table, index: TableIndex, item: Item): Key {
  const own = JSON.stringify(table.keys.map(({ name }) => item[name]));
  const short = hash("sha256", own, "buffer").subarray(0, 16);
  return checked([STORE, "index", table.id, index.name, ...partsOf(index.keys, item), short]);
}

/** The key of the record that an item expires. */
export function expiryKey(table: Table, seconds: number, itemKey: Key): Key {
  return [STORE, "ttl", table.id, seconds, ...itemKey.slice(3)];
}

function partsOf(keys: readonly KeyAttribute[], item: Item): KeyPart[] {
  return keys.map(({ name }) => keyPart(item[name]!));
}

/** No character takes more than three bytes in a key of the store: one with so few is certainly short enough. */
const SURELY_SHORT = 1_150;
/** Some of an item's keys in the store are longer than its own: that of its expiry also contains a number. */
const MAX_LENGTH = MAX_KEY_LENGTH - 16;

/**
 * The store limits the length of keys. A key with many zero bytes can exceed the limit although DynamoDB would accept it.
 */
export function checked(key: Key): Key {
  let length = 0;
  for (const part of key) length += typeof part === "number" ? 9 : part.length;
  if (length <= SURELY_SHORT || isShort(key)) return key;
  throw invalidParameter("The key has too many zero bytes to be stored here");
}

/** A key that is far too long cannot even be encoded. */
function isShort(key: Key): boolean {
  try {
    return encodeKey(key).length <= MAX_LENGTH;
  } catch {
    return false;
  }
}

/** A key or an item that a table cannot hold. */
export class UnfitItem extends AwsError {}

/** Runs a check of a key or an item; its refusals become `UnfitItem`. */
export function fitting<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    throw cause instanceof AwsError ? new UnfitItem(cause.code, cause.message) : cause;
  }
}

/** The key in a request: exactly the attributes of the table's key, each of its type and within its size. */
export function readKey(table: Table, json: unknown, member = "Key"): Item {
  if (json === undefined || json === null) throw violates(member, undefined, "Member must not be null");
  const key = readItem(json);
  fitting(() => checkKey(table, key));
  return key;
}

/** Refuses an invalid key of the table. */
export function checkKey(table: Table, key: Item): void {
  let names = 0;
  for (const _ in key) names++;
  if (names !== table.keys.length) throw invalid(MISMATCH);
  for (const attribute of table.keys) {
    const value = attributeOf(key, attribute.name);
    if (value === undefined || !(attribute.type in value)) throw invalid(MISMATCH);
    checkKeyValue(table, attribute, value);
  }
}

/** Refuses an invalid value of a key attribute: an empty or too long one. */
export function checkKeyValue(
  { hash: { name: hashName } }: Pick<KeySchema, "hash">,
  { name }: KeyAttribute,
  value: AttributeValue,
): void {
  if (isEmpty(value))
    throw invalid(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        `${"S" in value ? "string" : "binary"} value. Key: ${name}`,
    );
  const isHash = name === hashName;
  if ("N" in value || valueBytes(value) <= (isHash ? HASH_KEY_BYTES : RANGE_KEY_BYTES)) return;
  // AWS's message has no space there either.
  throw isHash
    ? invalidParameter(`Size of hashkey has exceeded the maximum size limit of${HASH_KEY_BYTES} bytes`)
    : invalidParameter(
        `Aggregated size of all range keys has exceeded the size limit of ${RANGE_KEY_BYTES} bytes`,
      );
}

const isEmpty = (value: AttributeValue): boolean =>
  ("S" in value && value.S === "") || ("B" in value && value.B === "");

/** Refuses an item whose own key is missing, of another type, empty or too long, or whose index keys are invalid. */
export function checkItemKeys(table: Table, item: Item): void {
  for (const attribute of table.keys) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) throw invalidParameter(`Missing the key ${attribute.name} in the item`);
    if (!(attribute.type in value))
      throw invalidParameter(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    checkKeyValue(table, attribute, value);
  }
  for (const index of table.indexes) {
    for (const attribute of index.keys) {
      const value = attributeOf(item, attribute.name);
      if (value === undefined) continue;
      if (!(attribute.type in value))
        throw invalidParameter(
          `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} ` +
            `IndexName: ${index.name}`,
        );
      checkIndexValue(index, attribute, value);
    }
  }
}

function checkIndexValue(index: TableIndex, { name }: KeyAttribute, value: AttributeValue): void {
  if (isEmpty(value))
    throw invalid(
      "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
        `The AttributeValue for a key attribute cannot contain an empty ${"S" in value ? "string" : "binary"} value. ` +
        `IndexName: ${index.name}, IndexKey: ${name}`,
    );
  const most = name === index.hash.name ? HASH_KEY_BYTES : RANGE_KEY_BYTES;
  if (!("N" in value) && valueBytes(value) > most)
    throw invalidParameter(
      `Size of ${most === HASH_KEY_BYTES ? "hashkey" : "rangekey"} has exceeded the maximum size limit of ${most} bytes. ` +
        `IndexName: ${index.name}`,
    );
}

/** Refuses an item whose key for an index is invalid after an update. */
export function checkUpdatedKeys(table: Table, item: Item): void {
  for (const index of table.indexes) {
    for (const attribute of index.keys) {
      const value = attributeOf(item, attribute.name);
      if (value === undefined) continue;
      if (!(attribute.type in value))
        throw invalid(
          "The update expression attempted to update the secondary index key to unsupported type",
        );
      checkIndexValue(index, attribute, value);
    }
  }
}

/** Some attributes of an item, as far as it has them. */
export function pick(item: Item, attributes: readonly KeyAttribute[]): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const { name } of attributes) {
    const value = attributeOf(item, name);
    if (value !== undefined) setAttribute(picked, name, value);
  }
  return picked;
}
