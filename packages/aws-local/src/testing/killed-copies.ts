import type { ExecutionRecord } from "../states/records.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import type { Store, StoredRecord } from "../store/store.ts";
import type { stage } from "./states-stage.ts";

/** A store in memory, and all the states that a kill could have left of it, in order. */
export interface ForkedStore {
  readonly store: Store;
  readonly forks: readonly MemoryStore[];
}

/**
 * A store that is forked after each of its commits and of its writes that may be lost: the forks include the states with
 * and without the latter.
 */
export function forkedStore(): ForkedStore {
  const store = memoryStore();
  const forks: MemoryStore[] = [];
  return {
    forks,
    store: {
      ...store,
      async commit(decide) {
        const value = await store.commit(decide);
        forks.push(store.fork());
        return value;
      },
      async write(writes) {
        await store.write(writes);
        forks.push(store.fork());
      },
      writeSoon(writes) {
        store.writeSoon(writes);
        const fork = store.fork();
        fork.writeSoon(writes);
        void fork.write([]);
        forks.push(fork);
      },
    },
  };
}

/** The data of a store with one execution after a kill. */
export interface KilledCopy {
  readonly store: MemoryStore;
  readonly records: readonly ExecutionRecord[];
  /** The tokens that were known. */
  readonly tokens: Set<string>;
  /** The time of the last event, in milliseconds. */
  readonly now: number;
  /** How many of its status changes were known to be reported, if not all. */
  readonly announced: number | undefined;
}

/** The forks of a store with one execution. */
export function killedCopies(forks: readonly MemoryStore[]): KilledCopy[] {
  return forks.flatMap((store) => {
    const rows: StoredRecord[] = [...store.list({ prefix: ["states", "execution"] })];
    const records = rows.filter(([key]) => key.length > 3).map(([, record]) => record as ExecutionRecord);
    if (records.length === 0) return [];
    const events = records.flatMap((record) => (record.kind === "event" ? [record] : []));
    const [open] = store.list<number>({ prefix: ["states", "open"] });
    const tokens = events.flatMap(({ memo }) => (memo?.token === undefined ? [] : [memo.token]));
    const now = events.at(-1)?.event.timestamp ?? 0;
    return [{ store, records, tokens: new Set(tokens), now, announced: open?.[1] }];
  });
}

/** The names of the states that were entered, in alphabetical order. */
export function entered(history: Awaited<ReturnType<ReturnType<typeof stage>["history"]>>): string[] {
  return history
    .filter((event) => event.type.endsWith("StateEntered"))
    .map((event) => (event.stateEnteredEventDetails as { name: string }).name)
    .sort();
}
