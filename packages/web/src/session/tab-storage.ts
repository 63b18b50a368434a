import type { TokenStorage } from "./token.ts";

/**
 * Keeps what it is given for as long as the page is there: for a page in a frame of others, whose frames share what their
 * tab keeps, if the browser lets them keep anything.
 */
export function memoryStorage(): TokenStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

/**
 * What a tab keeps. Its storage is asked for only when it is used: a browser that keeps nothing for the pages throws then,
 * and the page says so.
 */
export const tabStorage: TokenStorage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
};
