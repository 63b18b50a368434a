import { type DoorLink, readDoorLink } from "@callboard/protocol";
import { attempt, type PageStorage } from "../session/tab-storage.ts";

const KEY = "callboard.answer.link";

/** A link, as its page was opened; `isFresh`: it has just been opened, so that its choice applies. */
export type OpenedLink = DoorLink & { readonly isFresh: boolean };

/**
 * Reads the link in an address and keeps it for this tab only, so that the address can be cleaned; without
 * one, returns the kept link. Undefined when there is none, or it is incomplete. Without storage, a link
 * lasts as long as its page.
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

/** Storage for one link: another link in the same tab may belong to another person. */
export function storageOfLink(storage: PageStorage, { token }: Pick<DoorLink, "token">): PageStorage {
  const keyOf = (key: string) => `callboard.answer/${token.slice(-12)}/${key}`;
  return {
    getItem: (key) => storage.getItem(keyOf(key)),
    setItem: (key, value) => storage.setItem(keyOf(key), value),
    removeItem: (key) => storage.removeItem(keyOf(key)),
  };
}
