import { randomUUID } from "node:crypto";
import type { Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import type { Key, Store } from "../store/store.ts";
import { type Catalogue, nextId, notFound, recordKey } from "./catalogue.ts";
import { STORE } from "./keys.ts";
import { flagOf, type Input, invalid, nameIn, structureIn, textIn, textOf, wholeOf } from "./request.ts";
import type { StoredItem } from "./rows.ts";
import {
  describe,
  readDefinition,
  type Size,
  type Table,
  type TableRecord,
  type TableSizes,
  tableOf,
} from "./table.ts";
import { readTags } from "./tag-operations.ts";
import { leftovers, type Upkeep } from "./upkeep.ts";

export interface TableContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly place: Place;
  readonly tables: Catalogue;
  readonly upkeep: Upkeep;
}

/** Most tables of one account (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
const MAX_TABLES = 2_500;
/** Most items that are counted for a description. */
const MAX_COUNTED = 10_000;

/** The operations on tables as a whole. */
export function tableOperations({ store, clock, place, tables, upkeep }: TableContext) {
  function named(input: Input): Table {
    const name = nameIn(input, "TableName");
    const table = tables.byName(name);
    if (!table) throw notFound(`Requested resource not found: Table: ${name} not found`);
    return table;
  }

  function sizesOf(table: Table): TableSizes {
    const indexes = table.indexes.map(
      ({ name }) => [name, sizeOf([STORE, "index", table.id, name])] as const,
    );
    return { ...sizeOf([STORE, "item", table.id]), indexes: new Map(indexes) };
  }

  /** Counts at most the first ten thousand items: AWS's own numbers are hours old. */
  function sizeOf(prefix: Key): Size {
    let items = 0;
    let bytes = 0;
    for (const [, [size]] of store.list<StoredItem>({ prefix })) {
      items++;
      bytes += size;
      if (items === MAX_COUNTED) break;
    }
    return { items, bytes };
  }

  return {
    async CreateTable(input: Input) {
      const definition = readDefinition(input);
      const tags = readTags(input);
      const taken = new AwsError("ResourceInUseException", `Table already exists: ${definition.name}`);
      if (tables.byName(definition.name)) throw taken;
      if (tables.names().length >= MAX_TABLES)
        throw new AwsError(
          "LimitExceededException",
          `Subscriber limit exceeded: there are ${MAX_TABLES} tables`,
        );
      const record = await store.commit((view) => {
        if (view.get(recordKey(definition.name))) throw taken;
        const { id, write } = nextId(view);
        const own = { id, uuid: randomUUID(), createdAtMs: clock.now(), tags };
        const made: TableRecord = { ...definition, ...own };
        return { writes: [write, [recordKey(made.name), made]], value: made };
      });
      const table = tableOf(record);
      tables.put(table);
      return { TableDescription: describe(table, place, "ACTIVE", sizesOf(table)) };
    },

    async DescribeTable(input: Input) {
      const table = named(input);
      return { Table: describe(table, place, "ACTIVE", sizesOf(table)) };
    },

    async DeleteTable(input: Input) {
      const table = named(input);
      const size = sizesOf(table);
      tables.remove(table.name);
      try {
        await store.write([
          [recordKey(table.name), undefined],
          ...leftovers([
            [STORE, "item", table.id],
            [STORE, "index", table.id],
            [STORE, "ttl", table.id],
          ]),
        ]);
      } catch (cause) {
        tables.put(table);
        throw cause;
      }
      upkeep.clearSoon();
      return { TableDescription: describe(table, place, "DELETING", size) };
    },

    async ListTables(input: Input) {
      const limit = wholeOf(input, "Limit", 1, 100) ?? 100;
      const after = textOf(input, "ExclusiveStartTableName");
      const names = tables.names().filter((name) => after === undefined || name > after);
      const page = names.slice(0, limit);
      return {
        TableNames: page,
        ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1)! } : {}),
      };
    },

    async UpdateTimeToLive(input: Input) {
      const table = named(input);
      const specification = structureIn(input, "TimeToLiveSpecification");
      const attribute = textIn(specification, "AttributeName");
      const enabled = flagOf(specification, "Enabled");
      if (attribute === "" || attribute.length > 255)
        throw invalid("TimeToLiveSpecification.AttributeName must have from 1 to 255 characters");
      checkTimeToLive(table, attribute, enabled);
      if (enabled) await upkeep.enableTtl(table, attribute);
      else await upkeep.disableTtl(table);
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
    },

    async DescribeTimeToLive(input: Input) {
      const { ttl } = named(input);
      return {
        TimeToLiveDescription: ttl
          ? { AttributeName: ttl.attribute, TimeToLiveStatus: ttl.status }
          : { TimeToLiveStatus: "DISABLED" },
      };
    },
  };
}

function checkTimeToLive({ ttl }: Table, attribute: string, enabled: boolean): void {
  if (!ttl) {
    if (enabled) return;
    throw invalid("TimeToLive is already disabled");
  }
  if (ttl.attribute !== attribute)
    throw invalid(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${ttl.attribute}`,
    );
  if (ttl.status !== "ENABLED") throw invalid("TimeToLive is being changed");
  if (enabled) throw invalid("TimeToLive is already enabled");
}
