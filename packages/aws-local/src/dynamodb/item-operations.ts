import type { Store } from "../store/store.ts";
import { consumed, type Reported, readUnits, reportedIn } from "./capacity.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Change, type Changed, decide, readDelete, readPut, readUpdate } from "./change.ts";
import { expressions, type Projection } from "./expressions/index.ts";
import { itemKey, readKey } from "./keys.ts";
import { choiceOf, flagOf, type Input, refuseLegacy, textOf } from "./request.ts";
import type { StoredItem } from "./rows.ts";
import type { Table } from "./table.ts";
import type { Item } from "./values.ts";

/** The operations on one item. */
export function itemOperations({ store, tables }: { readonly store: Store; readonly tables: Catalogue }) {
  const make = (change: Change): Promise<Changed> =>
    store.commit((view) => {
      const changed = decide(view, change);
      return { writes: changed.writes, value: changed };
    });

  return {
    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
    async GetItem(input: Input) {
      const table = tables.of(input);
      const projection = readProjection(input);
      const reported = reportedIn(input);
      const isConsistent = flagOf(input, "ConsistentRead");
      const stored = store.get<StoredItem>(itemKey(table, readKey(table, input.Key)));
      return {
        ...(stored ? { Item: projection ? projection.of(stored[1]) : stored[1] } : {}),
        ...consumed(reported, { table, units: readUnits(stored?.[0] ?? 0, isConsistent) }),
      };
    },

    async PutItem(input: Input) {
      const returned = choiceOf(input, "ReturnValues", ["NONE", "ALL_OLD"]);
      const reports = reportsIn(input);
      const change = readPut(tables, input);
      const changed = await make(change);
      return {
        ...attributes(returned === "ALL_OLD" ? changed.before?.[1] : undefined),
        ...reportOf(reports, change, changed),
      };
    },

    async DeleteItem(input: Input) {
      const returned = choiceOf(input, "ReturnValues", ["NONE", "ALL_OLD"]);
      const reports = reportsIn(input);
      const change = readDelete(tables, input);
      const changed = await make(change);
      return {
        ...attributes(returned === "ALL_OLD" ? changed.before?.[1] : undefined),
        ...reportOf(reports, change, changed),
      };
    },

    async UpdateItem(input: Input) {
      const returned = choiceOf(input, "ReturnValues", RETURNED);
      const reports = reportsIn(input);
      const change = readUpdate(tables, input);
      const changed = await make(change);
      return { ...attributes(returnedOf(returned, change, changed)), ...reportOf(reports, change, changed) };
    },
  };
}

const RETURNED = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] as const;

function returnedOf(
  returned: (typeof RETURNED)[number],
  { update }: Change,
  { before, after }: Changed,
): Item | undefined {
  switch (returned) {
    case "NONE":
      return undefined;
    case "ALL_OLD":
      return before?.[1];
    case "ALL_NEW":
      return after?.[1];
    case "UPDATED_OLD":
      return before && update?.touched(before[1]);
    case "UPDATED_NEW":
      return after && update?.touched(after[1]);
  }
}

function attributes(item: Item | undefined): { Attributes?: Item } {
  if (item) for (const _ in item) return { Attributes: item };
  return {};
}

export function readProjection(input: Input): Projection | undefined {
  refuseLegacy(input);
  const text = textOf(input, "ProjectionExpression");
  const given = expressions(input);
  const projection = text === undefined ? undefined : given.projection(text);
  given.finish();
  return projection;
}

/** What an answer contains about a write, besides its result. */
export interface Reports {
  readonly capacity: Reported;
  readonly collections: boolean;
}

export const reportsIn = (input: Input): Reports => ({
  capacity: reportedIn(input),
  collections: choiceOf(input, "ReturnItemCollectionMetrics", ["NONE", "SIZE"]) === "SIZE",
});

function reportOf({ capacity, collections }: Reports, { table, key }: Change, changed: Changed): object {
  return {
    ...consumed(capacity, { table, units: changed.units, indexUnits: changed.indexUnits }),
    ...(collections && table.hasLocalIndexes ? { ItemCollectionMetrics: collectionOf(table, key) } : {}),
  };
}

/**
 * The collection of an item:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html.. Its size is an estimate
 * within one gigabyte, which no collection on one machine exceeds.
 */
export const collectionOf = (table: Table, key: Item) => ({
  ItemCollectionKey: { [table.hash.name]: key[table.hash.name]! },
  SizeEstimateRangeGB: [0, 1],
});
