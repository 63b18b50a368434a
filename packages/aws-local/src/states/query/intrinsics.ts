import { createHash, randomInt, randomUUID } from "node:crypto";
import { equalJson, isObject, type Json } from "../../json.ts";
import { hashAlgorithm, partition, range, seededRandom } from "./functions.ts";

/** Most characters of text that is encoded, decoded or hashed. */
const MAX_TEXT_LENGTH = 10_000;
const MAX_INTEGER_SIZE = 2 ** 31 - 1;

/** Computes an intrinsic function from evaluated arguments; throws an `Error` that says what is wrong with them. */
type Intrinsic = (...values: readonly Json[]) => Json;

/**
 * The intrinsic functions of JSONPath states except `States.Format`
 * (https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html).
 */
export const INTRINSICS: Readonly<
  Record<string, { readonly counts: readonly number[] | "any"; run: Intrinsic }>
> = {
  "States.Array": { counts: "any", run: (...items) => items },
  "States.ArrayPartition": { counts: [2], run: (items, size) => partition(array(items), number(size)) },
  "States.ArrayContains": {
    counts: [2],
    run: (items, value) => array(items).some((item) => equalJson(item, value)),
  },
  "States.ArrayRange": {
    counts: [3],
    run: (first, last, step) => range(number(first), number(last), number(step)),
  },
  "States.ArrayGetItem": { counts: [2], run: getItem },
  "States.ArrayLength": { counts: [1], run: (items) => array(items).length },
  "States.ArrayUnique": { counts: [1], run: unique },
  "States.Base64Encode": { counts: [1], run: (value) => Buffer.from(text(value), "utf8").toString("base64") },
  "States.Base64Decode": { counts: [1], run: (value) => Buffer.from(text(value), "base64").toString("utf8") },
  "States.Hash": { counts: [2], run: hash },
  "States.JsonMerge": { counts: [3], run: merge },
  "States.StringToJson": { counts: [1], run: (value) => JSON.parse(string(value)) as Json },
  "States.JsonToString": { counts: [1], run: (value) => JSON.stringify(value) },
  "States.MathAdd": { counts: [2], run: (a, b) => integer(integer(a) + integer(b)) },
  "States.MathRandom": { counts: [2, 3], run: random },
  "States.StringSplit": { counts: [2], run: split },
  "States.UUID": { counts: [0], run: () => randomUUID() },
};

function getItem(items: Json, index: Json): Json {
  const list = array(items);
  const at = number(index);
  if (!Number.isInteger(at) || at < 0 || at >= list.length)
    throw new RangeError(`no item at the index ${at}`);
  return list[at];
}

function unique(items: Json): Json {
  const kept: Json[] = [];
  const plain = new Set<Json>();
  for (const item of array(items)) {
    if (typeof item !== "object" || item === null) {
      if (plain.has(item)) continue;
      plain.add(item);
    } else if (kept.some((other) => equalJson(other, item))) continue;
    kept.push(item);
  }
  return kept;
}

function hash(value: Json, algorithm: Json): Json {
  const data = typeof value === "string" ? value : JSON.stringify(value);
  return createHash(hashAlgorithm(algorithm)).update(text(data)).digest("hex");
}

function merge(first: Json, second: Json, deep: Json): Json {
  if (deep !== false) throw new TypeError("only the shallow merge, false, is supported");
  if (!isObject(first) || !isObject(second)) throw new TypeError("both values must be objects");
  return { ...first, ...second };
}

function random(from: Json, to: Json, seed?: Json): Json {
  const [low, high] = [integer(from), integer(to)];
  if (low >= high) throw new RangeError("the start must be less than the end");
  if (seed === undefined) return randomInt(low, high);
  return low + Math.floor(seededRandom(number(seed)) * (high - low));
}

/** Every character of the splitter separates, and several in a row separate only once. */
function split(value: Json, splitter: Json): Json {
  const separators = new Set(string(splitter));
  const parts: string[] = [];
  let part = "";
  for (const character of string(value)) {
    if (!separators.has(character)) part += character;
    else if (part !== "") {
      parts.push(part);
      part = "";
    }
  }
  if (part !== "") parts.push(part);
  return parts;
}

function array(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError(`expected an array but got ${kind(value)}`);
  return value;
}

function string(value: Json): string {
  if (typeof value !== "string") throw new TypeError(`expected a string but got ${kind(value)}`);
  return value;
}

function text(value: Json): string {
  const given = string(value);
  if (given.length > MAX_TEXT_LENGTH) throw new RangeError(`more than ${MAX_TEXT_LENGTH} characters`);
  return given;
}

function number(value: Json): number {
  if (typeof value !== "number") throw new TypeError(`expected a number but got ${kind(value)}`);
  return value;
}

/** Numbers are rounded to 32-bit integers. */
function integer(value: Json): number {
  const rounded = Math.round(number(value));
  if (Math.abs(rounded) > MAX_INTEGER_SIZE + (rounded < 0 ? 1 : 0))
    throw new RangeError("integer out of range");
  return rounded;
}

function kind(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
