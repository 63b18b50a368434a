import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { compareNumbers, readNumber, significantDigits, sortableNumber } from "./numbers.ts";

/** A value in DynamoDB's JSON: an object with one member, named by its type. Binary is base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Item }
  | { readonly L: readonly AttributeValue[] }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] };

/** Attributes by name. Items and values are never changed in place. */
export type Item = { readonly [name: string]: AttributeValue };

/** The name of a value's type. */
export type ValueType = "S" | "N" | "B" | "BOOL" | "NULL" | "M" | "L" | "SS" | "NS" | "BS";

const types: ReadonlySet<string> = new Set(["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"]);

/** An attribute is level 1, and each map or list around a value adds one; 32 are allowed. */
const MAX_LEVELS = 32;

/**
 * Checks the attributes of a request and makes numbers canonical. Throws DynamoDB's errors for a value with no type or
 * several, an invalid number or base64, an empty set or one with duplicates, and more than 32 levels:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export function readItem(json: unknown): Item {
  return readMembers(json, 1);
}

/** Checks one value of a request; throws as `readItem` does. */
export function readValue(json: unknown): AttributeValue {
  return readAt(json, 1);
}

function readMembers(json: unknown, level: number): Item {
  if (!isObject(json)) throw unserializable("Unexpected field type");
  let copy: Record<string, AttributeValue> | undefined;
  for (const name in json) {
    const value = readAt(json[name], level);
    if (value === json[name]) continue;
    copy ??= copyItem(json as Item);
    setAttribute(copy, name, value);
  }
  return copy ?? (json as Item);
}

function readAt(json: unknown, level: number): AttributeValue {
  if (!isObject(json)) throw unserializable("Unexpected value type in payload");
  if (level > MAX_LEVELS) throw tooDeep();
  let type: ValueType | undefined;
  let members = 0;
  for (const name in json) {
    members++;
    if (json[name] === null || !types.has(name)) continue;
    if (type !== undefined) {
      throw invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    }
    type = name as ValueType;
  }
  if (type === undefined) {
    throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  const given = json[type];
  const content = readContent(type, given, level);
  return (content === given && members === 1 ? json : { [type]: content }) as AttributeValue;
}

function readContent(type: ValueType, given: unknown, level: number): unknown {
  switch (type) {
    case "S":
      return readText(given);
    case "N":
      return readNumber(readText(given));
    case "B":
      return readBinary(given);
    case "BOOL":
      return readBoolean(given);
    case "NULL":
      if (!readBoolean(given)) {
        throw invalidParameter("Null attribute value types must have the value of true");
      }
      return true;
    case "M":
      return readMembers(given, level + 1);
    case "L":
      return readList(given, (element) => readAt(element, level + 1));
    case "SS":
      return readSet(given, readText, "An string set  may not be empty", (list) =>
        invalidParameter(`Input collection ${list} contains duplicates.`),
      );
    case "NS":
      return readSet(
        given,
        (element) => readNumber(readText(element)),
        "An number set  may not be empty",
        () => invalid("Input collection contains duplicates"),
      );
    case "BS":
      return readSet(given, readBinary, "Binary sets should not be empty", (list) =>
        invalidParameter(`Input collection ${list}of type BS contains duplicates.`),
      );
  }
}

function readText(given: unknown): string {
  if (typeof given === "string") return given;
  throw unserializable(`${kindOf(given)} cannot be converted to String`);
}

function readBoolean(given: unknown): boolean {
  if (typeof given === "boolean") return given;
  throw unserializable(`${kindOf(given)} cannot be converted to Boolean`);
}

function readBinary(given: unknown): string {
  if (typeof given !== "string") {
    throw unserializable("only base-64-encoded strings are convertible to bytes");
  }
  if (given.length % 4 !== 0) {
    throw unserializable(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${given.length}`,
    );
  }
  // A last character with unused bits would allow two texts for one value.
  if (!/^[A-Za-z0-9+/]*(?:[A-Za-z0-9+/]{2}|[A-Za-z0-9+/][AEIMQUYcgkosw048]=|[AQgw]==)?$/.test(given)) {
    throw unserializable("Invalid Base64 character detected");
  }
  return given;
}

function readList<T>(given: unknown, read: (element: unknown) => T): readonly T[] {
  if (!Array.isArray(given)) throw unserializable("Unexpected field type");
  const list = given.map(read);
  return list.every((element, at) => element === given[at]) ? given : list;
}

function readSet(
  given: unknown,
  read: (element: unknown) => string,
  empty: string,
  duplicates: (list: string) => AwsError,
): readonly string[] {
  const set = readList(given, read);
  if (set.length === 0) throw invalidParameter(empty);
  if (new Set(set).size < set.length) throw duplicates(`[${set.join(", ")}]`);
  return set;
}

function kindOf(given: unknown): string {
  if (typeof given === "number") return Number.isInteger(given) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
  if (typeof given === "boolean") return given ? "TRUE_VALUE" : "FALSE_VALUE";
  return typeof given === "string" ? "STRING_VALUE" : "START_OBJECT";
}

const invalid = (message: string) => new AwsError("ValidationException", message);
const invalidParameter = (message: string) =>
  invalid(`One or more parameter values were invalid: ${message}`);
const unserializable = (message: string) => new AwsError("SerializationException", message);
const tooDeep = () =>
  invalid(
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  );

/** Throws if a value has too many levels, counted from the level where it is inserted. */
export function checkLevels(value: AttributeValue, level: number): void {
  if (level > MAX_LEVELS) throw tooDeep();
  if ("M" in value) for (const name in value.M) checkLevels(value.M[name]!, level + 1);
  else if ("L" in value) for (const element of value.L) checkLevels(element, level + 1);
}

/** Whether this is the name of a value type. */
export function isValueType(name: string): name is ValueType {
  return types.has(name);
}

/** The type of a checked value. */
export function typeOf(value: AttributeValue): ValueType {
  for (const type in value) return type as ValueType;
  throw new TypeError("a value without a type");
}

/** An attribute of an item or a map; undefined if it is missing. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/**
 * A copy of an item, to change before other code holds it. V8 is slow to add properties to the result of `{ ...item }`.
 */
export function copyItem(item: Item): Record<string, AttributeValue> {
  const copy: Record<string, AttributeValue> = {};
  for (const name in item) setAttribute(copy, name, item[name]!);
  return copy;
}

/** Sets an attribute of an item that no other code holds yet, whatever its name. */
export function setAttribute(
  item: Record<string, AttributeValue>,
  name: string,
  value: AttributeValue,
): void {
  if (name !== "__proto__") item[name] = value;
  else Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * The size of an item as DynamoDB counts it, in bytes:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += textBytes(name) + valueBytes(item[name]!);
  return bytes;
}

/** The size of a value without its name, as DynamoDB counts it, in bytes; names count too. */
export function valueBytes(value: AttributeValue): number {
  if ("S" in value) return textBytes(value.S);
  if ("N" in value) return numberBytes(value.N);
  if ("M" in value) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if ("L" in value) return 3 + value.L.length + sum(value.L, valueBytes);
  if ("B" in value) return binaryBytes(value.B);
  if ("SS" in value) return sum(value.SS, textBytes);
  if ("NS" in value) return sum(value.NS, numberBytes);
  return "BS" in value ? sum(value.BS, binaryBytes) : 1;
}

function sum<T>(list: readonly T[], bytes: (element: T) => number): number {
  let total = 0;
  for (const element of list) total += bytes(element);
  return total;
}

const numberBytes = (text: string): number => 1 + Math.ceil(significantDigits(text) / 2);

/** The UTF-8 size. Most texts are short and ASCII: then counting is faster than a call of Node. */
function textBytes(text: string): number {
  if (text.length > 32) return Buffer.byteLength(text);
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text);
  return text.length;
}

function binaryBytes(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** The part of a store's key for a key attribute's value, which sorts like DynamoDB: text by its UTF-8. */
export function keyPart(value: AttributeValue): string | Uint8Array {
  if ("S" in value) return value.S;
  if ("N" in value) return sortableNumber(value.N);
  if ("B" in value) return Buffer.from(value.B, "base64");
  throw new TypeError("only text, numbers and binary are keys");
}

/** Whether two values have the same type and are equal; the order of a set's elements does not matter. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  const ofA = (a as Record<string, unknown>)[type];
  const ofB = (b as Record<string, unknown>)[type];
  switch (type) {
    case "L": {
      const [listA, listB] = [ofA, ofB] as [AttributeValue[], AttributeValue[]];
      return listA.length === listB.length && listA.every((element, at) => equalValues(element, listB[at]!));
    }
    case "M":
      return equalMaps(ofA as Item, ofB as Item);
    case "SS":
    case "NS":
    case "BS": {
      const [setA, setB] = [ofA, ofB] as [string[], string[]];
      if (setA.length !== setB.length) return false;
      const all = new Set(setB);
      return setA.every((element) => all.has(element));
    }
    default:
      return ofA === ofB;
  }
}

function equalMaps(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalValues(a[name]!, b[name]!))
  );
}

/** Orders two texts, numbers or binaries: negative, zero or positive; undefined for any others. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("S" in a) return "S" in b ? compareText(a.S, b.S) : undefined;
  if ("N" in a) return "N" in b ? compareNumbers(a.N, b.N) : undefined;
  if ("B" in a && "B" in b) return Buffer.compare(Buffer.from(a.B, "base64"), Buffer.from(b.B, "base64"));
  return undefined;
}

/** By UTF-8, as DynamoDB orders text; UTF-16 sorts characters beyond 0xffff before 0xe000. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const unitA = a.charCodeAt(at);
    const unitB = b.charCodeAt(at);
    if (unitA !== unitB) return utf8Rank(unitA) - utf8Rank(unitB);
  }
  return a.length - b.length;
}

const utf8Rank = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
