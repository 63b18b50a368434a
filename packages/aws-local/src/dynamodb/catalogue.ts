import { AwsError } from "../endpoint/aws-json.ts";
import type { Key, Store, View } from "../store/store.ts";
import { STORE } from "./keys.ts";
import { type Input, nameIn } from "./request.ts";
import { recordOf, type Table, type TableRecord, tableOf } from "./table.ts";

/**
 * The tables of the store, by name. A change of a table is announced before its commit: writes that are requested from
 * then on come after it in the store.
 */
export interface Catalogue {
  /** The table that a request names. Throws `ResourceNotFoundException`. */
  of(input: Input): Table;
  byName(name: string): Table | undefined;
  names(): string[];
  /** From now on requests find this table. */
  put(table: Table): void;
  /** From now on requests find no table of this name. */
  remove(name: string): void;
  /** Changes a table, if it still exists. Requests from now on see the change; it is on the disk when this resolves. */
  change(table: Table, change: (record: TableRecord) => TableRecord): Promise<void>;
}

export const recordKey = (name: string): Key => [STORE, "table", name];

export function openCatalogue(store: Store): Catalogue {
  const tables = new Map<string, Table>();
  for (const [, record] of store.list<TableRecord>({ prefix: [STORE, "table"] }))
    tables.set(record.name, tableOf(record));

  return {
    of(input) {
      const given = input.TableName;
      const table =
        tables.get(typeof given === "string" ? given : "") ?? tables.get(nameIn(input, "TableName"));
      if (!table) throw notFound("Requested resource not found");
      return table;
    },
    byName: (name) => tables.get(name),
    names: () => [...tables.keys()].sort(),
    put: (table) => void tables.set(table.name, table),
    remove: (name) => void tables.delete(name),
    async change({ id, name }, change) {
      const before = tables.get(name);
      if (before?.id !== id) return;
      const changed = tableOf(change(recordOf(before)));
      tables.set(name, changed);
      try {
        await store.commit((view) => {
          const stored = view.get<TableRecord>(recordKey(name));
          return { writes: stored?.id === id ? [[recordKey(name), change(stored)]] : [], value: undefined };
        });
      } finally {
        // If several changes are requested together and some fail, the stored record counts after the last one.
        const stored = tables.get(name) === changed ? store.get<TableRecord>(recordKey(name)) : undefined;
        if (stored?.id === id) tables.set(name, tableOf(stored));
      }
    },
  };
}

export const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);

const counter: Key = [STORE, "last id"];

/** The next unique number, and the write that stores it. */
export function nextId(view: View): { id: number; write: readonly [Key, number] } {
  const id = (view.get<number>(counter) ?? 0) + 1;
  return { id, write: [counter, id] };
}
