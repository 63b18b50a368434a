import { decodeKey, encodeKey, encodeRange } from "./key.ts";
import { OrderedMap } from "./ordered-map.ts";
import { jsonOf } from "./record.ts";
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

/** A store that is forgotten with its process; what it holds counts as being on the disk. */
export interface MemoryStore extends Store {
  /** What a kill at this moment would leave behind, as a store of its own. */
  fork(): MemoryStore;
  /** Lets every commit fail with this message, as a full disk would, until it is called with undefined. */
  fail(message: string | undefined): void;
}

/** Values as JSON. */
type Records = OrderedMap<string>;

/** A key and its new value, as they are kept. */
type Change = readonly [key: string, json: string | undefined];

interface Asked {
  readonly run: () => readonly Change[];
  readonly failed?: (cause: StoreFailure) => void;
}

/** Keeps records in memory. Commits of one turn are made together, in a later microtask. */
export function memoryStore(): MemoryStore {
  return storeOf(new OrderedMap());
}

function storeOf(records: Records): MemoryStore {
  const view = viewOf(records);
  let asked: Asked[] = [];
  let commits = 0;
  let failures = 0;
  let failure: string | undefined;
  let turn: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const make = () => {
    turn = undefined;
    const batch = asked;
    asked = [];
    if (failure !== undefined) {
      failures++;
      asked = batch.filter(({ failed }) => !failed);
      const cause = new StoreFailure(failure);
      for (const { failed } of batch) failed?.(cause);
      return;
    }
    let changed = false;
    for (const { run } of batch) {
      for (const change of run()) changed = apply(records, change) || changed;
    }
    if (changed) commits++;
  };
  const ask = (one: Asked) => {
    asked.push(one);
    turn ??= Promise.resolve().then(make);
  };

  const store: MemoryStore = {
    ...view,
    commit<T>(decide: (view: View) => Decision<T>): Promise<T> {
      if (closed) return Promise.reject(new StoreFailure("the store is closed"));
      return new Promise((resolve, failed) => {
        const run = () => {
          try {
            const { writes, value } = decide(view);
            const changes = writes.map(encode);
            resolve(value);
            return changes;
          } catch (thrown) {
            failed(thrown);
            return [];
          }
        };
        ask({ run, failed });
      });
    },
    write: (writes) => store.commit(() => ({ writes, value: undefined })),
    writeSoon(writes) {
      const changes = writes.map(encode);
      if (!closed) asked.push({ run: () => changes });
    },
    commits: () => commits,
    failures: () => failures,
    close() {
      closed ??= (async () => {
        await turn;
        make();
      })();
      return closed;
    },
    fork: () => storeOf(new OrderedMap(records)),
    fail(message) {
      failure = message;
    },
  };
  return store;
}

function viewOf(records: Records): View {
  return {
    get<T>(key: Key): T | undefined {
      const json = records.get(encodeKey(key).toString("latin1"));
      return json === undefined ? undefined : (JSON.parse(json) as T);
    },
    *list<T>(range: Range): Generator<StoredRecord<T>> {
      const { start, end } = encodeRange(range);
      const found = records.keysBetween(start.toString("latin1"), end.toString("latin1"));
      if (range.reverse) found.reverse();
      for (const key of found) {
        const json = records.get(key);
        if (json !== undefined) yield [decodeKey(Buffer.from(key, "latin1")), JSON.parse(json) as T];
      }
    },
  };
}

function encode([key, value]: Write): Change {
  return [encodeKey(key).toString("latin1"), value === undefined ? undefined : jsonOf(value)];
}

/** Whether it changed anything. */
function apply(records: Records, [key, json]: Change): boolean {
  if (json !== undefined) records.set(key, json);
  else if (records.get(key) === undefined) return false;
  else records.delete(key);
  return true;
}
