import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { decodeKey, encodeKey, encodeRange } from "./key.ts";
import {
  type Decision,
  type Key,
  type Range,
  type Store,
  type StoredRecord,
  StoreFailure,
  type View,
  type Write,
} from "./store.ts";

/** The longest key in bytes, encoded, of pages of 8 KB. */
export const LONGEST_KEY = 4_026;

const SOON_MS = 50;

/**
 * Opens the store of a folder, which is made if missing, in one LMDB environment. Whoever opens a folder must hold it
 * alone, and have made sure that it is whole: LMDB maps the file, so that damage kills its reader.
 */
export function openLmdb(folder: string): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = open<Buffer, Buffer>({
    path: join(folder, "store.mdb"),
    noSubdir: true,
    overlappingSync: false,
    pageSize: 8_192,
    keyEncoding: "binary",
    encoding: "binary",
    cache: false,
  });
  chmodSync(join(folder, "store.mdb"), 0o600);
  return storeOf(database);
}

function storeOf(database: RootDatabase<Buffer, Buffer>): Store {
  const view: View = {
    get<T>(key: Key): T | undefined {
      const json = database.get(encodeKey(key));
      return json && (JSON.parse(json.toString("utf8")) as T);
    },
    *list<T>(range: Range): Generator<StoredRecord<T>> {
      const { start, end } = encodeRange(range);
      const found = range.reverse
        ? database.getRange({
            start: end,
            end: start,
            reverse: true,
            exclusiveStart: true,
            inclusiveEnd: true,
          })
        : database.getRange({ start, end });
      for (const { key, value } of found) yield [decodeKey(key), JSON.parse(value.toString("utf8")) as T];
    },
  };
  let soon: Write[] = [];
  let timer: NodeJS.Timeout | undefined;
  let commits = 0;
  let closed = false;

  const make = (writes: readonly Write[]) => {
    for (const [key, value] of writes) {
      const encoded = encodeKey(key);
      if (value === undefined) database.removeSync(encoded);
      else database.putSync(encoded, Buffer.from(JSON.stringify(value)));
    }
  };
  const transact = async <T>(decide: (view: View) => Decision<T>): Promise<T> => {
    clearTimeout(timer);
    timer = undefined;
    const first = soon;
    soon = [];
    let outcome: { value: T } | { thrown: unknown } | undefined;
    try {
      await database.transaction(() => {
        make(first);
        try {
          const { writes, value } = decide(view);
          make(writes);
          outcome = { value };
        } catch (thrown) {
          outcome = { thrown };
        }
      });
    } catch (cause) {
      soon = [...first, ...soon];
      throw new StoreFailure(`the store could not write: ${(cause as Error).message}`, { cause });
    }
    commits++;
    if (!outcome) throw new StoreFailure("the store could not write");
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  };

  const store: Store = {
    ...view,
    async commit(decide) {
      if (closed) throw new StoreFailure("the store is closed");
      return transact(decide);
    },
    write: (writes) => store.commit(() => ({ writes, value: undefined })),
    writeSoon(writes) {
      soon.push(...writes);
      timer ??= setTimeout(() => {
        transact(() => ({ writes: [], value: undefined })).catch(() => {});
      }, SOON_MS);
    },
    commits: () => commits,
    async close() {
      closed = true;
      if (soon.length > 0) await transact(() => ({ writes: [], value: undefined }));
      await database.close();
    },
  };
  return store;
}
