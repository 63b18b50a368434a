import { type DoorLink, readDoorLink } from "@callboard/protocol";
import { attempt, type PageStorage } from "../session/tab-storage.ts";

const KEY = "callboard.answer.link";

/** A link as its page was opened; `isFresh`: it has just come, so that what it chooses counts. */
export type OpenedLink = DoorLink & { readonly isFresh: boolean };

/**
 * Reads the link of an address, and keeps it for this tab alone, so that the address can be without it; else gives the
 * one that was kept. Undefined where there is none, or it is not whole. Where nothing is kept, a link lasts as long as its
 * page.
 */
export function takeLink(fragment: string, storage: PageStorage): OpenedLink | undefined {
  if (fragment.length > 1) {
    const link = readDoorLink(fragment);
    attempt(() => (link ? storage.setItem(KEY, fragment) : storage.removeItem(KEY)));
    return link && { ...link, isFresh: true };
  }
  const kept = readDoorLink(attempt(() => storage.getItem(KEY)) ?? "");
  return kept && { ...kept, isFresh: false };
}

/** What is kept for one link alone: another one that is opened in the same tab may be another person's. */
export function storageOfLink(storage: PageStorage, { token }: Pick<DoorLink, "token">): PageStorage {
  const keyOf = (key: string) => `callboard.answer/${token.slice(-12)}/${key}`;
  return {
    getItem: (key) => storage.getItem(keyOf(key)),
    setItem: (key, value) => storage.setItem(keyOf(key), value),
    removeItem: (key) => storage.removeItem(keyOf(key)),
  };
}
