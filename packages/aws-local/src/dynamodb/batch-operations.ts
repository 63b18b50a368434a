import { isObject } from "../json.ts";
import type { Key, Store, Write } from "../store/store.ts";
import { type Consumption, consumedOfAll, readUnits, reportedIn } from "./capacity.ts";
import type { Catalogue } from "./catalogue.ts";
import { readStored } from "./change.ts";
import { collectionOf, readProjection, reportsIn } from "./item-operations.ts";
import { itemKey, pick, readKey } from "./keys.ts";
import { flagOf, type Input, invalid, structureIn, structureOf, structuresIn, violates } from "./request.ts";
import { changeItem, type StoredItem } from "./rows.ts";
import type { Table } from "./table.ts";
import type { Item } from "./values.ts";

/** The limit of both batch operations: 16 MB. */
const MAX_BYTES = 16 * 1_024 * 1_024;
const MAX_KEYS = 100;
const MAX_WRITES = 25;

/** One write of a batch. */
interface BatchWrite {
  readonly table: Table;
  readonly key: Item;
  readonly storeKey: Key;
  readonly after: StoredItem | undefined;
}

/** The operations on several independent items. */
export function batchOperations({ store, tables }: { readonly store: Store; readonly tables: Catalogue }) {
  return {
    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
    async BatchGetItem(input: Input) {
      const reported = reportedIn(input);
      const requests = requestsIn(input).map(([name, of]) => {
        if (!isObject(of)) throw violates("RequestItems", of, "Member must be a structure");
        const table = tables.of({ TableName: name });
        const projection = readProjection(of);
        const keys = structuresIn(of, "Keys").map((key) => readKey(table, key));
        return { name, of, table, projection, isConsistent: flagOf(of, "ConsistentRead"), keys };
      });
      if (requests.reduce((sum, { keys }) => sum + keys.length, 0) > MAX_KEYS)
        throw invalid("Too many items requested for the BatchGetItem call");
      const responses = new Map<string, Item[]>();
      const unprocessed = new Map<string, object>();
      const consumptions: Consumption[] = [];
      const places = requests.map(({ table, keys }) => keys.map((key) => itemKey(table, key)));
      refuseTwice(places.flat());
      let bytes = 0;
      for (const [at, { name, of, table, projection, isConsistent, keys }] of requests.entries()) {
        const found: Item[] = [];
        let units = 0;
        const unread: Item[] = [];
        for (const [nth, place] of places[at]!.entries()) {
          const stored = unread.length > 0 ? undefined : store.get<StoredItem>(place);
          if (unread.length > 0 || bytes + (stored?.[0] ?? 0) > MAX_BYTES) {
            unread.push(keys[nth]!);
            continue;
          }
          bytes += stored?.[0] ?? 0;
          units += readUnits(stored?.[0] ?? 0, isConsistent);
          if (stored) found.push(projection ? projection.of(stored[1]) : stored[1]);
        }
        responses.set(name, found);
        if (unread.length > 0) unprocessed.set(name, { ...of, Keys: unread });
        consumptions.push({ table, units });
      }
      return {
        Responses: Object.fromEntries(responses),
        UnprocessedKeys: Object.fromEntries(unprocessed),
        ...consumedOfAll(reported, consumptions),
      };
    },

    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
    async BatchWriteItem(input: Input) {
      const { capacity, collections } = reportsIn(input);
      const all = requestsIn(input).map(([name, list]) => {
        const table = tables.of({ TableName: name });
        const writes = structuresIn({ RequestItems: list }, "RequestItems");
        return { name, writes: writes.map((one) => readWrite(table, one)) };
      });
      const writes = all.flatMap((of) => of.writes);
      if (writes.length > MAX_WRITES) throw invalid("Too many items requested for the BatchWriteItem call");
      refuseTwice(writes.map(({ storeKey }) => storeKey));
      const consumptions = await store.commit((view) => {
        const changes: Write[] = [];
        const value = writes.map(({ table, storeKey, after }): Consumption => {
          const made = changeItem(table, storeKey, view.get<StoredItem>(storeKey), after);
          changes.push(...made.writes);
          return { table, units: made.units, indexUnits: made.indexUnits };
        });
        return { writes: changes, value };
      });
      const withCollections = all.filter((of) => of.writes[0]?.table.hasLocalIndexes);
      return {
        UnprocessedItems: {},
        ...(collections && withCollections.length > 0
          ? {
              ItemCollectionMetrics: Object.fromEntries(
                withCollections.map((of) => [
                  of.name,
                  of.writes.map(({ table, key }) => collectionOf(table, key)),
                ]),
              ),
            }
          : {}),
        ...consumedOfAll(capacity, consumptions),
      };
    },
  };
}

function requestsIn(input: Input): [string, unknown][] {
  const requests = Object.entries(structureIn(input, "RequestItems"));
  if (requests.length === 0)
    throw violates("RequestItems", {}, "Member must have length greater than or equal to 1");
  return requests;
}

function readWrite(table: Table, write: Input): BatchWrite {
  const put = structureOf(write, "PutRequest");
  const remove = structureOf(write, "DeleteRequest");
  if ((put === undefined) === (remove === undefined))
    throw invalid("A write of a batch must be exactly one of PutRequest and DeleteRequest");
  const after = put && readStored(table, put);
  const key = after ? pick(after[1], table.keys) : readKey(table, remove?.Key);
  return { table, key, storeKey: itemKey(table, key), after };
}

function refuseTwice(keys: readonly Key[]): void {
  if (keys.length < 2) return;
  if (new Set(keys.map(textOfKey)).size < keys.length)
    throw invalid("Provided list of item keys contains duplicates");
}

/** Identifies keys of the store. */
export const textOfKey = (key: Key): string =>
  JSON.stringify(
    key.map((part) => (part instanceof Uint8Array ? [Buffer.from(part).toString("latin1")] : part)),
  );
