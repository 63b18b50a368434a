import { createListeners } from "../listeners.ts";

/** Where drafts are kept, as `sessionStorage` is: texts by key. It may throw whenever it likes. */
export interface DraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/** What somebody has begun to answer, by question; each part of it is plain JSON under a name. */
export interface Drafts {
  /** What was kept, the same object until it changes; undefined when nothing was. */
  read(requestId: string, name: string): unknown;
  /** All parts of a question by name, the same object until one changes; undefined when nothing was kept. */
  parts(requestId: string): ReadonlyMap<string, unknown> | undefined;
  /** Keeps a part in place of the former; `undefined` lets go of it. */
  write(requestId: string, name: string, part: unknown): void;
  /** Lets go of all parts of a question, as when it is closed. */
  forget(requestId: string): void;
  /** Calls back after every change until the returned function is called. */
  follow(changed: () => void): () => void;
}

/** How many questions have drafts at most; the one that was written longest ago makes room. */
const MOST_DRAFTS = 50;
/** The length of a draft that the storage keeps, as JSON; a longer one lasts as long as the page. */
const LONGEST_DRAFT = 64 * 1024;

const ORDER_KEY = "callboard:drafts";
const keyOf = (requestId: string): string => `callboard:draft:${requestId}`;

type Parts = ReadonlyMap<string, unknown>;

/**
 * Drafts that outlive the page as far as the storage allows: a storage that is full or forbidden costs only that.
 * Without one they last as long as the page.
 */
export function createDrafts(storage?: DraftStorage): Drafts {
  /** By question, the one that was written last at the end. */
  const kept = storedDrafts(storage);
  const listeners = createListeners<[]>();

  /** The storage may be full, forbidden or gone: a draft lasts as long as the page then. */
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
      // A former one would come back after a reload in place of what was typed since.
      letGo(requestId);
      if (parts.size > 0) {
        kept.set(requestId, parts);
        const text = JSON.stringify([...parts]);
        if (text.length <= LONGEST_DRAFT) attempt((storage) => storage.setItem(keyOf(requestId), text));
      }
      for (const oldest of [...kept.keys()].slice(0, -MOST_DRAFTS)) letGo(oldest);
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

/** What the storage holds; whatever is not as this file writes it is as if it were absent. */
function storedDrafts(storage: DraftStorage | undefined): Map<string, Parts> {
  const kept = new Map<string, Parts>();
  const order = storedJson(storage, ORDER_KEY);
  for (const requestId of Array.isArray(order) ? order.slice(-MOST_DRAFTS) : []) {
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
