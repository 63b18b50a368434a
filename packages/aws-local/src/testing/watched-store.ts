import { onTestFinished, vi } from "vitest";
import { type MemoryStore, memoryStore } from "../store/index.ts";

/**
 * A store in memory. After each of its commits `watch` gets the state that a kill at that moment would leave, before any
 * caller knows of the commit.
 */
export function watchedStore(watch: (left: MemoryStore) => void): MemoryStore {
  const store = memoryStore();
  const commit: MemoryStore["commit"] = async (decide) => {
    const value = await store.commit(decide);
    watch(store.fork());
    return value;
  };
  return { ...store, commit, write: (writes) => commit(() => ({ writes, value: undefined })) };
}

/** The state that a kill would leave after all deferred writes. */
export async function settled(store: MemoryStore): Promise<MemoryStore> {
  await store.write([]);
  return store.fork();
}

/** Until the test ends, deferred writes are only made with the next commit, however slow the machine is. */
export function writtenWithTheNextAlone(): void {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}
