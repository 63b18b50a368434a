import type { HeldStorage } from "./held-answers.ts";

/**
 * Keeps answers in the browser's storage; its code is loaded with the first call, and again if that failed.
 */
export function laterStorage(): HeldStorage {
  let coming: Promise<HeldStorage> | undefined;
  const opened = (): Promise<HeldStorage> => {
    coming ??= import("./held-storage.ts").then(({ indexedStorage, passingStorage }) =>
      "indexedDB" in window ? indexedStorage(window.indexedDB) : passingStorage(),
    );
    coming.catch(() => {
      coming = undefined;
    });
    return coming;
  };
  return {
    all: async () => (await opened()).all(),
    get: async (replyId) => (await opened()).get(replyId),
    put: async (stored) => (await opened()).put(stored),
    remove: async (replyId) => (await opened()).remove(replyId),
    clear: async () => (await opened()).clear(),
  };
}
