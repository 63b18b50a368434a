/** The functions of a browser's storage that pages need; each may throw. */
export type PageStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The result of a storage call; undefined when it throws, as a full or forbidden storage does. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/**
 * Storage as long as the page: for a page in another site's frame, because all frames share the tab's
 * storage, if the browser allows any.
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
 * The tab's storage. The browser's storage is accessed only when used: if that throws, the page shows that
 * there is none.
 */
export const tabStorage: PageStorage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
};
