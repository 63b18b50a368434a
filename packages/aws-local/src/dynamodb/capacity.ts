import { choiceOf, type Input } from "./request.ts";
import type { Table } from "./table.ts";

/** The capacity that one request used of one table and its indexes. */
export interface Consumption {
  readonly table: Table;
  /** Of the table itself. */
  readonly units: number;
  readonly indexUnits?: ReadonlyMap<string, number>;
}

export type Reported = "NONE" | "TOTAL" | "INDEXES";

export const reportedIn = (input: Input): Reported =>
  choiceOf(input, "ReturnConsumedCapacity", ["NONE", "TOTAL", "INDEXES"]);

const READ_UNIT = 4_096;

/**
 * The read units for a number of bytes; a read that finds nothing counts as one that does
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
 */
export const readUnits = (bytes: number, isConsistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT)) * (isConsistent ? 1 : 0.5);

/** The `ConsumedCapacity` of an operation on one table, if it was requested. */
export function consumed(reported: Reported, of: Consumption): { readonly ConsumedCapacity?: object } {
  return reported === "NONE" ? {} : { ConsumedCapacity: capacityOf(reported, of) };
}

/** The same for an operation on several tables, one element each. `kind` is present in transactions. */
export function consumedOfAll(
  reported: Reported,
  all: readonly Consumption[],
  kind?: "ReadCapacityUnits" | "WriteCapacityUnits",
): { readonly ConsumedCapacity?: readonly object[] } {
  if (reported === "NONE") return {};
  const byTable = new Map<Table, { units: number; indexUnits: Map<string, number> }>();
  for (const { table, units, indexUnits = [] } of all) {
    const sum = byTable.get(table) ?? { units: 0, indexUnits: new Map<string, number>() };
    sum.units += units;
    for (const [name, more] of indexUnits) sum.indexUnits.set(name, (sum.indexUnits.get(name) ?? 0) + more);
    byTable.set(table, sum);
  }
  return {
    ConsumedCapacity: [...byTable].map(([table, sum]) => capacityOf(reported, { table, ...sum }, kind)),
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html */
function capacityOf(
  reported: "TOTAL" | "INDEXES",
  { table, units, indexUnits = new Map() }: Consumption,
  kind?: "ReadCapacityUnits" | "WriteCapacityUnits",
): object {
  const said = (some: number) => ({ CapacityUnits: some, ...(kind ? { [kind]: some } : {}) });
  const total = [...indexUnits.values()].reduce((sum, more) => sum + more, units);
  const sum = { TableName: table.name, ...said(total) };
  if (reported === "TOTAL") return sum;
  const of = (wanted: "local" | "global") =>
    Object.fromEntries(
      table.indexes
        .filter(({ kind, name }) => kind === wanted && indexUnits.has(name))
        .map(({ name }) => [name, said(indexUnits.get(name)!)]),
    );
  const [local, global] = [of("local"), of("global")];
  return {
    ...sum,
    Table: said(units),
    ...(Object.keys(local).length > 0 ? { LocalSecondaryIndexes: local } : {}),
    ...(Object.keys(global).length > 0 ? { GlobalSecondaryIndexes: global } : {}),
  };
}
