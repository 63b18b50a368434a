import { openDurableState } from "./durable-state.ts";

/** Records by their keys that outlive the process; of more than it may hold, the newest are kept. */
export interface Newest<Item> {
  /** Resolves when the record is on the disk; one of the same key takes its place. One that fails to get there is dropped. */
  add(record: Item): Promise<void>;
  has(key: string): boolean;
  /** Oldest first. */
  list(): Item[];
  close(): Promise<void>;
}

/** Opens what is kept in a file, or, without a path, what is forgotten with the process. */
export async function openNewest<Item>(
  path: string | undefined,
  most: number,
  keyOf: (record: Item) => string,
): Promise<Newest<Item>> {
  const records = new Map<string, Item>();
  const keep = (record: Item) => {
    records.set(keyOf(record), record);
    const [oldest] = records.keys();
    if (records.size > most && oldest !== undefined) records.delete(oldest);
  };
  const state = await openDurableState(
    path,
    (record) => keep(record as Item),
    () => [...records.values()],
  );
  return {
    async add(record) {
      // Kept before it is written, so that a rewrite at the same time holds it too.
      keep(record);
      try {
        await state.append(record);
      } catch (cause) {
        records.delete(keyOf(record));
        throw cause;
      }
    },
    has: (key) => records.has(key),
    list: () => [...records.values()],
    close: () => state.close(),
  };
}
