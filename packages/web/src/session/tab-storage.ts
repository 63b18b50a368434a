/** What pages need of a browser's storages; it may throw whenever it likes. */
export type PageStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** What a storage gives or does; undefined where it throws, as one does that is full or forbidden. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/**
 * Keeps what it is given for as long as the page is there: for a page in a frame of others, whose frames share what their
 * tab keeps, if the browser lets them keep anything.
 */
export function memoryStorage(): PageStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/**
 * What a tab keeps. Its storage is asked for only when it is used: a browser that keeps nothing for the pages throws then,
 * and the page says so.
 */
export const tabStorage: PageStorage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
};
