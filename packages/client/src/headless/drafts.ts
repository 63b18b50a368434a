import { createListeners } from "../listeners.ts";

/** Where drafts are kept, such as `sessionStorage`: texts by key. Any call may throw. */
export interface DraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/** What the user has entered so far, by question; each part is plain JSON under a name. */
export interface Drafts {
  /** The part that was kept, the same object until it changes; undefined when there is none. */
  read(requestId: string, name: string): unknown;
  /** All parts of a question by name, the same object until one changes; undefined when there are none. */
  parts(requestId: string): ReadonlyMap<string, unknown> | undefined;
  /** Keeps a part in place of the former one; `undefined` deletes it. */
  write(requestId: string, name: string, part: unknown): void;
  /** Deletes all parts of a question, for example when it is closed. */
  forget(requestId: string): void;
  /** Calls back after every change until the returned function is called. */
  follow(changed: () => void): () => void;
}

/** The most questions with drafts; the draft that was written longest ago is deleted first. */
const MAX_DRAFTS = 50;
/** The longest draft, as JSON, that is kept in the storage; a longer one lasts as long as the page. */
const MAX_DRAFT_LENGTH = 64 * 1024;

const ORDER_KEY = "callboard:drafts";
const keyOf = (requestId: string): string => `callboard:draft:${requestId}`;

type Parts = ReadonlyMap<string, unknown>;

/**
 * Creates drafts that outlive the page if the storage allows it: with a full or forbidden storage, or none,
 * they last as long as the page.
 */
export function createDrafts(storage?: DraftStorage): Drafts {
  /** By question, the one written last at the end. */
  const kept = storedDrafts(storage);
  const listeners = createListeners<[]>();

  /** The storage may be full, forbidden or gone: then a draft lasts as long as the page. */
  const attempt = (work: (storage: DraftStorage) => void): void => {
    try {
      if (storage) work(storage);
    } catch {}
  };
  const letGo = (requestId: string): void => {
    kept.delete(requestId);
    attempt((storage) => storage.removeItem(keyOf(requestId)));
  };
  const storeOrder = (): void =>
    attempt((storage) => storage.setItem(ORDER_KEY, JSON.stringify([...kept.keys()])));

  return {
    read: (requestId, name) => kept.get(requestId)?.get(name),
    parts: (requestId) => kept.get(requestId),
    write(requestId, name, part) {
      const parts = new Map(kept.get(requestId));
      if (part === undefined) parts.delete(name);
      else parts.set(name, part);
      const isLast = [...kept.keys()].at(-1) === requestId;
      // Otherwise the former one would come back after a reload, and replace what was typed since.
      letGo(requestId);
      if (parts.size > 0) {
        kept.set(requestId, parts);
        const text = JSON.stringify([...parts]);
        if (text.length <= MAX_DRAFT_LENGTH) attempt((storage) => storage.setItem(keyOf(requestId), text));
      }
      for (const oldest of [...kept.keys()].slice(0, -MAX_DRAFTS)) letGo(oldest);
      if (!isLast || parts.size === 0) storeOrder();
      listeners.emit();
    },
    forget(requestId) {
      if (!kept.has(requestId)) return;
      letGo(requestId);
      storeOrder();
      listeners.emit();
    },
    follow: listeners.add,
  };
}

/** The drafts in the storage; anything that this file would not write is ignored. */
function storedDrafts(storage: DraftStorage | undefined): Map<string, Parts> {
  const kept = new Map<string, Parts>();
  const order = storedJson(storage, ORDER_KEY);
  for (const requestId of Array.isArray(order) ? order.slice(-MAX_DRAFTS) : []) {
    if (typeof requestId !== "string") continue;
    const parts = storedJson(storage, keyOf(requestId));
    const entries = (Array.isArray(parts) ? parts : []).filter(
      (entry): entry is [string, unknown] =>
        Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string",
    );
    if (entries.length > 0) kept.set(requestId, new Map(entries));
  }
  return kept;
}

function storedJson(storage: DraftStorage | undefined, key: string): unknown {
  try {
    return JSON.parse(storage?.getItem(key) ?? "null");
  } catch {
    return undefined;
  }
}
