import { decodeKey, encodeKey, encodeRange } from "./key.ts";
import { OrderedMap } from "./ordered-map.ts";
import { jsonOf } from "./record.ts";
import { MAX_SOON, nextPauseMs, SOON_MS, withoutOldest } from "./soon.ts";
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

/** A store in memory for tests; its data count as being on the disk. */
export interface MemoryStore extends Store {
  /** The data that a kill at this moment would leave, as a store of its own. */
  fork(): MemoryStore;
  /** Makes every commit with changes fail with this message, as with a full disk, until it is called with undefined. */
  fail(message: string | undefined): void;
}

/** Values as JSON. */
type Records = OrderedMap<string>;

/** A key and its new value, as they are kept. */
type Change = readonly [key: string, json: string | undefined];

/** Waits to be written: a decision, or writes that may be lost. */
type Asked =
  | { readonly soon: readonly Change[] }
  | {
      readonly soon?: never;
      /** Its changes, and the callbacks of waiting callers. */
      readonly decide: (view: View) => readonly [changes: readonly Change[], settle: () => void];
      readonly fail: (cause: StoreFailure) => void;
    };

/** Keeps records in memory. Commits of one turn are made together, in a later microtask. */
export function memoryStore(): MemoryStore {
  return storeOf(new OrderedMap());
}

function storeOf(records: Records): MemoryStore {
  const view = viewOf(records);
  let asked: Asked[] = [];
  let soonCount = 0;
  let commits = 0;
  let failures = 0;
  let failure: string | undefined;
  let turn: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = SOON_MS;
  let closed: Promise<void> | undefined;
  let isEnded = false;

  const readable = (): View => {
    if (isEnded) throw new StoreFailure("the store is closed");
    return view;
  };
  const make = () => {
    clearTimeout(timer);
    turn = timer = undefined;
    const batch = asked;
    asked = [];
    // As on a disk: a failure to write is found after the decision.
    const isFull = failure !== undefined;
    const changed = isFull ? new OrderedMap(records) : records;
    const callbacks: (() => void)[] = [];
    let isChanged = false;
    for (const one of batch) {
      const [changes, settle] = one.soon ? [one.soon] : one.decide(isFull ? viewOf(changed) : view);
      if (settle) callbacks.push(settle);
      for (const change of changes) isChanged = apply(changed, change) || isChanged;
    }
    if (isFull && isChanged) {
      failures++;
      const cause = new StoreFailure(failure!);
      for (const one of batch)
        if (one.soon) asked.push(one);
        else one.fail(cause);
      if (asked.length > 0) arm(retryMs);
      retryMs = nextPauseMs(retryMs);
      return;
    }
    retryMs = SOON_MS;
    soonCount = 0;
    if (isChanged) commits++;
    for (const settle of callbacks) settle();
  };
  const arm = (ms: number) => {
    if (!isEnded) timer ??= setTimeout(make, ms).unref();
  };

  const store: MemoryStore = {
    commit<T>(decide: (view: View) => Decision<T>): Promise<T> {
      if (closed) return Promise.reject(new StoreFailure("the store is closed"));
      return new Promise((resolve, fail) => {
        asked.push({
          decide(seen) {
            try {
              const { writes, value } = decide(seen);
              return [writes.map(encode), () => resolve(value)];
            } catch (thrown) {
              return [[], () => fail(thrown)];
            }
          },
          fail,
        });
        turn ??= Promise.resolve().then(make);
      });
    },
    write: (writes) => store.commit(() => ({ writes, value: undefined })),
    writeSoon(writes) {
      const soon = writes.map(encode);
      if (closed || soon.length === 0) return;
      asked.push({ soon });
      soonCount += soon.length;
      if (soonCount > MAX_SOON) ({ kept: asked, count: soonCount } = withoutOldest(asked, soonCount));
      arm(SOON_MS);
    },
    get: (key) => readable().get(key),
    list: (range) => readable().list(range),
    commits: () => commits,
    failures: () => failures,
    close() {
      closed ??= (async () => {
        await turn;
        isEnded = true;
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
