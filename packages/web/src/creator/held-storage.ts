import { DATABASE } from "../session/browser-session.ts";
import type { StoredAnswer } from "./held-answer.ts";
import type { HeldStorage } from "./held-answers.ts";

const STORE = "held-answers";
/** The most answers that are kept; the oldest is deleted first. */
const MAX_KEPT = 20;
/** The longest entry as JSON; of a longer one only the answer is kept, without its draft. */
const MAX_LENGTH = 128 * 1024;

/**
 * Keeps answers in IndexedDB. `localStorage` is not safe enough: Chromium writes it to the disk up to five
 * seconds later, and a browser that is killed loses what was written since. A finished IndexedDB transaction
 * is in the operating system's hands.
 */
export function indexedStorage(factory: IDBFactory): HeldStorage {
  let opening: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => {
    opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = factory.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "reply.replyId" });
      request.onsuccess = () => {
        // Another page may need to change or delete the database.
        request.result.onversionchange = () => forget();
        request.result.onclose = () => forget();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("another page keeps the database from being opened"));
    });
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  const forget = (): void => {
    void opening?.then((database) => database.close());
    opening = undefined;
  };

  async function run<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T> | undefined,
  ): Promise<T | undefined> {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    all: async () => (await run<unknown[]>("readonly", (store) => store.getAll())) ?? [],
    get: (replyId) => run<unknown>("readonly", (store) => store.get(replyId)),
    async put(stored) {
      await run("readwrite", (store) => {
        const kept = store.getAll();
        kept.onsuccess = () => {
          for (const replyId of tooMany(kept.result as StoredAnswer[], stored)) store.delete(replyId);
          store.put(JSON.stringify(stored).length > MAX_LENGTH ? { ...stored, parts: [] } : stored);
        };
        return undefined;
      });
    },
    async remove(replyId) {
      await run("readwrite", (store) => store.delete(replyId));
    },
    async clear() {
      await run("readwrite", (store) => store.clear());
    },
  };
}

/** Which entries to delete to make room. */
function tooMany(kept: readonly StoredAnswer[], next: StoredAnswer): string[] {
  const others = kept.filter(({ reply }) => reply.replyId !== next.reply.replyId);
  return others
    .sort((a, b) => b.heldAt - a.heldAt)
    .slice(MAX_KEPT - 1)
    .map(({ reply }) => reply.replyId);
}

/** Keeps them as long as the page, in a browser without storage. */
export function passingStorage(): HeldStorage {
  const kept = new Map<string, StoredAnswer>();
  return {
    all: async () => [...kept.values()],
    get: async (replyId) => kept.get(replyId),
    put: async (stored) => void kept.set(stored.reply.replyId, stored),
    remove: async (replyId) => void kept.delete(replyId),
    clear: async () => kept.clear(),
  };
}
