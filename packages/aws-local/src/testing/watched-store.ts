import { onTestFinished, vi } from "vitest";
import { type MemoryStore, memoryStore } from "../store/index.ts";

/**
 * A store in memory. After each of its commits `watch` is given what a kill at that moment would leave behind, before
 * anybody is told of the commit.
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

/** What a kill would leave behind once everything is written that may be written later. */
export async function settled(store: MemoryStore): Promise<MemoryStore> {
  await store.write([]);
  return store.fork();
}

/** Until the test ends, what may be written later is written with what is committed next, however slow the machine is. */
export function writtenWithTheNextAlone(): void {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}
