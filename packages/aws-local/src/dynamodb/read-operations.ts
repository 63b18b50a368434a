import { hash as digestOf } from "node:crypto";
import { encodeKey, encodeRange } from "../store/key.ts";
import type { Key, Store, View } from "../store/store.ts";
import { consumed, readUnits, reportedIn } from "./capacity.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Condition, type Expressions, expressions, type Projection } from "./expressions/index.ts";
import { checkKey, indexKey, itemKey, pick, STORE } from "./keys.ts";
import { type KeyRange, matchConditions, rangeOf } from "./range.ts";
import {
  choiceOf,
  flagOf,
  type Input,
  invalid,
  invalidParameter,
  refuseLegacy,
  textOf,
  wholeOf,
} from "./request.ts";
import type { StoredItem } from "./rows.ts";
import type { KeyAttribute, KeySchema, Table, TableIndex } from "./table.ts";
import { attributeOf, type Item, readItem } from "./values.ts";

/**
 * A page ends before it has read more than this
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html).
 */
const PAGE_BYTES = 1_024 * 1_024;
/** In one page, a segment of a scan skips at most this many bytes of other segments, so that no page takes too long. */
const PASSED_BYTES = 16 * PAGE_BYTES;
const MAX_SEGMENTS = 1_000_000;

/** What a query or a scan reads, and which part of it is returned. */
interface Reading {
  readonly table: Table;
  readonly index: TableIndex | undefined;
  readonly isConsistent: boolean;
  readonly filter: Condition | undefined;
  readonly projection: Projection | undefined;
  /** The index lacks requested attributes, so the items themselves are read too. */
  readonly wholeItems: boolean;
  readonly countsOnly: boolean;
  readonly limit: number;
  /** The key after which to continue. */
  readonly start: Key | undefined;
}

interface Page {
  readonly items: Item[];
  readonly count: number;
  readonly scanned: number;
  readonly last: Item | undefined;
  /** Read from the index, or from the table without an index. */
  readonly units: number;
  /** Read from the table because the index lacked attributes. */
  readonly fetchedUnits: number;
}

/** The operations that read many items in order. */
export function readOperations({ store, tables }: { readonly store: Store; readonly tables: Catalogue }) {
  return {
    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
    async Query(input: Input) {
      const reported = reportedIn(input);
      const given = givenIn(tables, input);
      const { table, index } = given;
      const reverse = input.ScanIndexForward !== undefined && !flagOf(input, "ScanIndexForward");
      const all = expressions(input);
      const keyText = textOf(input, "KeyConditionExpression");
      if (keyText === undefined)
        throw invalid(
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        );
      const { parts } = all.keyCondition(keyText);
      const reading = readingOf(given, input, all, true);
      const conditions = matchConditions(index ?? table, parts);
      refuseKeys(index ?? table, reading.filter);
      const range = rangeOf(startOf(table, index), conditions);
      if (reading.start && !isWithin(reading.start, range))
        throw invalid("The provided starting key is outside query boundaries based on provided conditions");
      const page = readPage(store, reading, range, { reverse });
      return answerOf(reading, page, reported);
    },

    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
    async Scan(input: Input) {
      const reported = reportedIn(input);
      const given = givenIn(tables, input);
      const segment = segmentIn(input);
      const reading = readingOf(given, input, expressions(input), false);
      const range = { prefix: startOf(given.table, given.index) };
      const page = readPage(store, reading, range, { segment });
      return answerOf(reading, page, reported);
    },
  };
}

type Given = Pick<Reading, "table" | "index" | "isConsistent">;

function givenIn(tables: Catalogue, input: Input): Given {
  refuseLegacy(input);
  const table = tables.of(input);
  const name = textOf(input, "IndexName");
  const index = name === undefined ? undefined : table.indexes.find((one) => one.name === name);
  if (name !== undefined && !index) throw invalid(`The table does not have the specified index: ${name}`);
  const isConsistent = flagOf(input, "ConsistentRead");
  if (isConsistent && index?.kind === "global")
    throw invalid("Consistent reads are not supported on global secondary indexes");
  return { table, index, isConsistent };
}

const SELECT = ["", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"] as const;

function readingOf(given: Given, input: Input, all: Expressions, isQuery: boolean): Reading {
  const { table, index } = given;
  const filterText = textOf(input, "FilterExpression");
  const projectionText = textOf(input, "ProjectionExpression");
  const filter = filterText === undefined ? undefined : all.condition(filterText, "FilterExpression");
  const projection = projectionText === undefined ? undefined : all.projection(projectionText);
  all.finish(isQuery ? ["FilterExpression", "KeyConditionExpression"] : ["FilterExpression"]);
  const select = input.Select === undefined ? "" : choiceOf(input, "Select", SELECT);
  checkSelect(select, index, projection);
  const named = projection ? [...projection.attributes] : [];
  const lacks = index?.holds ? named.filter((name) => !index.holds?.has(name)) : [];
  if (index?.kind === "global" && lacks.length > 0)
    throw invalidParameter(`Global secondary index ${index.name} does not project [${lacks.join(", ")}]`);
  return {
    ...given,
    filter,
    projection,
    wholeItems: index?.holds !== undefined && (lacks.length > 0 || select === "ALL_ATTRIBUTES"),
    countsOnly: select === "COUNT",
    limit: wholeOf(input, "Limit", 1) ?? Number.POSITIVE_INFINITY,
    start: startIn(input, table, index),
  };
}

function checkSelect(
  select: (typeof SELECT)[number],
  index: TableIndex | undefined,
  projection: Projection | undefined,
): void {
  if (projection) {
    if (select === "COUNT")
      throw invalid("Cannot specify the ProjectionExpression when choosing to get only the Count");
    if (select !== "" && select !== "SPECIFIC_ATTRIBUTES")
      throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${select}`);
  } else if (select === "SPECIFIC_ATTRIBUTES")
    throw invalid("Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  if (select === "ALL_PROJECTED_ATTRIBUTES" && !index)
    throw invalidParameter("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  if (select === "ALL_ATTRIBUTES" && index?.kind === "global" && index.holds)
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection ` +
        "type is not ALL",
    );
}

function refuseKeys({ hash, range }: KeySchema, filter: Condition | undefined): void {
  for (const key of range ? [hash, range] : [hash])
    if (filter?.attributes.has(key.name))
      throw invalid(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
      );
}

/** The attributes of a position in a list: the item's own key and the index's. */
function placeKeys(table: Table, index: TableIndex | undefined): readonly KeyAttribute[] {
  if (!index) return table.keys;
  return [...table.keys, ...index.keys.filter(({ name }) => !table.keys.some((key) => key.name === name))];
}

function startIn(input: Input, table: Table, index: TableIndex | undefined): Key | undefined {
  const given = input.ExclusiveStartKey ?? undefined;
  if (given === undefined) return undefined;
  const key = readItem(given);
  const attributes = placeKeys(table, index);
  const isPlace =
    Object.keys(key).length === attributes.length &&
    attributes.every(({ name, type }) => type in (attributeOf(key, name) ?? {}));
  if (!isPlace)
    throw invalid(
      index
        ? "The provided starting key is invalid"
        : "The provided starting key is invalid: The provided key element does not match the schema",
    );
  checkKey(table, pick(key, table.keys));
  return index ? indexKey(table, index, key) : itemKey(table, key);
}

const startOf = (table: Table, index: TableIndex | undefined): Key =>
  index ? [STORE, "index", table.id, index.name] : [STORE, "item", table.id];

function isWithin(place: Key, range: KeyRange): boolean {
  const { start, end } = encodeRange(range);
  const encoded = encodeKey(place);
  return Buffer.compare(start, encoded) <= 0 && Buffer.compare(encoded, end) < 0;
}

interface Segment {
  readonly segment: number;
  readonly of: number;
}

function segmentIn(input: Input): Segment | undefined {
  const of = wholeOf(input, "TotalSegments", 1, MAX_SEGMENTS);
  const segment = wholeOf(input, "Segment", 0, MAX_SEGMENTS - 1);
  if (of === undefined && segment === undefined) return undefined;
  if (of === undefined)
    throw invalid(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  if (segment === undefined)
    throw invalid(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  if (segment >= of)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not ` +
        `less than TotalSegments: ${of}`,
    );
  return { segment, of };
}

/** Items with the same hash key are in the same segment. */
function isInSegment({ segment, of }: Segment, { hash }: KeySchema, item: Item): boolean {
  return digestOf("sha256", JSON.stringify(item[hash.name]), "buffer").readUInt32BE(0) % of === segment;
}

interface Order {
  readonly reverse?: boolean;
  readonly segment?: Segment | undefined;
}

/** Reads on from the starting key until the limit, a megabyte or the end. */
function readPage(view: View, reading: Reading, range: KeyRange, { reverse = false, segment }: Order): Page {
  const { table, index, filter, projection, wholeItems, countsOnly, limit, start } = reading;
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let passed = 0;
  let fetchedUnits = 0;
  let last: Item | undefined;
  let isMore = false;
  const bounds = start ? (reverse ? { lt: start } : { gt: start }) : {};
  for (const [, [size, row]] of view.list<StoredItem>({ ...range, ...bounds, reverse })) {
    if (scanned > 0 && bytes + size > PAGE_BYTES) {
      isMore = true;
      break;
    }
    last = row;
    if (segment && !isInSegment(segment, index ?? table, row)) {
      passed += size;
      if (passed <= PASSED_BYTES) continue;
      isMore = true;
      break;
    }
    bytes += size;
    scanned++;
    let item = row;
    if (wholeItems) {
      const whole = view.get<StoredItem>(itemKey(table, row));
      fetchedUnits += readUnits(whole?.[0] ?? 0, reading.isConsistent);
      item = whole?.[1] ?? row;
    }
    if (!filter || filter.test(item)) {
      count++;
      if (!countsOnly) items.push(projection ? projection.of(item) : item);
    }
    if (scanned === limit) {
      isMore = true;
      break;
    }
  }
  return {
    items,
    count,
    scanned,
    last: isMore && last ? pick(last, placeKeys(table, index)) : undefined,
    units: readUnits(bytes, reading.isConsistent),
    fetchedUnits,
  };
}

function answerOf(
  { table, index, countsOnly }: Reading,
  { items, count, scanned, last, units, fetchedUnits }: Page,
  reported: ReturnType<typeof reportedIn>,
): object {
  return {
    ...(countsOnly ? {} : { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(last ? { LastEvaluatedKey: last } : {}),
    ...consumed(
      reported,
      index ? { table, units: fetchedUnits, indexUnits: new Map([[index.name, units]]) } : { table, units },
    ),
  };
}
