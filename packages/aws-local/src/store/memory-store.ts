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

/** A store that is forgotten with its process; what it holds counts as being on the disk. */
export interface MemoryStore extends Store {
  /** What a kill at this moment would leave behind, as a store of its own. */
  fork(): MemoryStore;
  /** Lets every commit fail with this message, as a full disk would, until it is called with undefined. */
  fail(message: string | undefined): void;
}

/** Keys as text of one character a byte, which sorts as the bytes do; values as JSON. */
interface Records {
  readonly keys: string[];
  readonly values: Map<string, string>;
}

/** Keeps records in memory. Commits of one turn are made together, in a later microtask. */
export function memoryStore(): MemoryStore {
  return storeOf({ keys: [], values: new Map() });
}

function storeOf(records: Records): MemoryStore {
  const view = viewOf(records);
  const soon: Write[] = [];
  let commits = 0;
  let failure: string | undefined;
  let turn: Promise<void> | undefined;
  let closed = false;

  /** Resolves in the microtask in which everything that was asked for in this turn is made. */
  const nextTurn = () => {
    turn ??= Promise.resolve().then(() => {
      turn = undefined;
      if (failure === undefined) commits++;
    });
    return turn;
  };
  const make = (writes: readonly Write[]) => {
    for (const write of soon.splice(0)) apply(records, write);
    for (const write of writes) apply(records, write);
  };

  const store: MemoryStore = {
    ...view,
    async commit<T>(decide: (view: View) => Decision<T>): Promise<T> {
      if (closed) throw new StoreFailure("the store is closed");
      await nextTurn();
      if (failure !== undefined) throw new StoreFailure(failure);
      make([]);
      const { writes, value } = decide(view);
      make(writes);
      return value;
    },
    write: (writes) => store.commit(() => ({ writes, value: undefined })),
    writeSoon(writes) {
      soon.push(...writes);
    },
    commits: () => commits,
    async close() {
      closed = true;
      await turn;
      make([]);
    },
    fork: () => storeOf({ keys: [...records.keys], values: new Map(records.values) }),
    fail(message) {
      failure = message;
    },
  };
  return store;
}

function viewOf({ keys, values }: Records): View {
  return {
    get<T>(key: Key): T | undefined {
      const json = values.get(encodeKey(key).toString("latin1"));
      return json === undefined ? undefined : (JSON.parse(json) as T);
    },
    *list<T>(range: Range): Generator<StoredRecord<T>> {
      const { start, end } = encodeRange(range);
      const found = keys.slice(
        placeOf(keys, start.toString("latin1")),
        placeOf(keys, end.toString("latin1")),
      );
      if (range.reverse) found.reverse();
      for (const key of found) {
        const json = values.get(key);
        if (json !== undefined) yield [decodeKey(Buffer.from(key, "latin1")), JSON.parse(json) as T];
      }
    },
  };
}

function apply({ keys, values }: Records, [key, value]: Write): void {
  const encoded = encodeKey(key).toString("latin1");
  const isThere = values.has(encoded);
  if (value !== undefined) {
    values.set(encoded, JSON.stringify(value));
    if (!isThere) keys.splice(placeOf(keys, encoded), 0, encoded);
  } else if (isThere) {
    values.delete(encoded);
    keys.splice(placeOf(keys, encoded), 1);
  }
}

/** Where a key stands among sorted ones, or would. */
function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  for (let high = keys.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
