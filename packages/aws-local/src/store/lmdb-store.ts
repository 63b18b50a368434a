import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { onFailedWrite, reasonOf } from "./failed-write.ts";
import { type FileRoom, fileRoom } from "./file-room.ts";
import { decodeKey, encodeKey, encodeRange, MAX_KEY_LENGTH } from "./key.ts";
import { OrderedMap } from "./ordered-map.ts";
import { decodeRecord, decodeTrusted, encodeRecord } from "./record.ts";
import { MAX_SOON, nextPauseMs, SOON_MS, withoutOldest } from "./soon.ts";
import {
  type Decision,
  type Key,
  KeyTooLong,
  type Range,
  type Store,
  type StoredRecord,
  StoreFailure,
  type View,
  type Write,
} from "./store.ts";

/** The file of the records, in the folder of a store. */
export const STORE_FILE = "store.mdb";

/** LMDB's lock file for its readers and writers; LMDB creates it if it is missing. */
export const LOCK_FILE = `${STORE_FILE}-lock`;

/** LMDB's page size, in bytes: large enough for DynamoDB's keys. */
export const PAGE_BYTES = 8_192;

/** Options of a folder's environment. Only its owner can read its files. */
export const environmentOf = (folder: string) =>
  ({
    path: join(folder, STORE_FILE),
    noSubdir: true,
    // Visible data are on the disk: LMDB shows a transaction to readers after it has synced the page that names it.
    overlappingSync: false,
    pageSize: PAGE_BYTES,
    keyEncoding: "binary",
    encoding: "binary",
    cache: false,
    permissionsMode: 0o600,
    // A batch is a transaction; the second one in a turn starts the write.
    eventTurnBatching: false,
    txnStartThreshold: 1,
  }) as const;

/** A store in a file, with more members for the code that holds its folder. */
export interface LmdbStore extends Store {
  /** Whether a read has found damage. */
  hasShownDamage(): boolean;
  /** Records as they are in the file, damaged or not. */
  listRaw(range: Range): Iterable<{ readonly key: Buffer; readonly value: Buffer }>;
}

/**
 * Opens the store of a folder in one LMDB environment. The caller must hold the folder's lock and have checked the store:
 * LMDB maps the file, so damage kills its reader.
 */
export function openLmdb(
  folder: string,
  /** Called for each transaction that could not be written. */
  onFailure: (cause: StoreFailure) => void = () => {},
): LmdbStore {
  const database = open<Buffer, Buffer>(environmentOf(folder));
  return storeOf(database, roomIn(join(folder, STORE_FILE)), onFailure);
}

type Database = RootDatabase<Buffer, Buffer>;

/** Passes on the keys of all records in a data folder, in order, as of one moment. Another process may have it open. */
export async function eachKey(folder: string, each: (key: Key) => void): Promise<void> {
  const database = open<Buffer, Buffer>({ ...environmentOf(folder), readOnly: true });
  try {
    for (const key of database.getKeys({ snapshot: true })) each(decodeKey(key as unknown as Buffer));
  } finally {
    await database.close();
  }
}

/** A key and its encoded new value; undefined to remove it. */
type Change = readonly [key: Buffer, stored: Buffer | undefined];

/** Waits for a transaction: a decision, or writes that may be lost. */
type Asked = AskedDecision | AskedSoon;

interface AskedSoon {
  readonly soon: readonly Change[];
}

interface AskedDecision {
  readonly soon?: never;
  readonly decide: (view: View) => Decision<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * The changes of a transaction, which a decision sees on top of what is on the disk, and the callers that wait for it.
 */
interface Transaction {
  readonly changes: OrderedMap<Change>;
  readonly soon: AskedSoon[];
  readonly onDisk: (() => void)[];
  readonly onFailure: ((cause: StoreFailure) => void)[];
}

/** On Windows, LMDB itself reserves space, and reports when it cannot. */
const roomIn = (path: string): FileRoom =>
  process.platform === "win32" ? { makeFor() {}, close() {} } : fileRoom(path, PAGE_BYTES);

function storeOf(database: Database, room: FileRoom, onFailure: (cause: StoreFailure) => void): LmdbStore {
  let asked: Asked[] = [];
  /** One at a time: decisions that are requested meanwhile are made when it is on the disk, and share the next one. */
  let writing: Transaction | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Number of waiting writes that may be lost. */
  let soonCount = 0;
  let retryMs = SOON_MS;
  let commits = 0;
  let failures = 0;
  let broken: StoreFailure | undefined;
  let closed: Promise<void> | undefined;
  let isEnded = false;
  let hasShownDamage = false;

  const guarded = <T>(read: () => T): T => {
    if (isEnded) throw new StoreFailure("the store is closed");
    try {
      return read();
    } catch (thrown) {
      // LMDB has its own errors for invalid pages.
      if (!(thrown instanceof KeyTooLong)) hasShownDamage = true;
      throw thrown;
    }
  };
  const view = storedView(database, guarded);

  /** Runs at the end of this turn, so that everything requested in it is one transaction. */
  const schedule = () => {
    if (!writing) immediate ??= setImmediate(transact);
  };
  const arm = (delayMs: number) => {
    if (!writing) timer ??= setTimeout(transact, delayMs);
  };
  const goOn = (soonMs: number) => {
    if (asked.some(({ soon }) => !soon)) schedule();
    else if (asked.length > 0) arm(soonMs);
  };

  const transact = () => {
    clearImmediate(immediate);
    clearTimeout(timer);
    immediate = timer = undefined;
    const batch = asked;
    asked = [];
    soonCount = 0;
    const transaction: Transaction = { changes: new OrderedMap(), soon: [], onDisk: [], onFailure: [] };
    // From now on, a decision that another decision requests waits until this is on the disk.
    writing = transaction;
    for (const one of batch) {
      if (one.soon) {
        transaction.soon.push(one);
        change(transaction, one.soon);
      } else decide(transaction, one);
    }
    // If nothing changes, decisions have seen only what is on the disk.
    if (transaction.changes.size === 0) succeed(transaction);
    else if (broken) fail(transaction, broken);
    else write(transaction);
  };
  const decide = (transaction: Transaction, asked: AskedDecision) => {
    transaction.onFailure.push(asked.reject);
    try {
      const { writes, value } = asked.decide(viewOver(transaction.changes, view));
      change(transaction, writes.map(encode));
      transaction.onDisk.push(() => asked.resolve(value));
    } catch (thrown) {
      // The error may depend on data that are not on the disk yet.
      transaction.onDisk.push(() => asked.reject(thrown));
    }
  };
  const change = ({ changes }: Transaction, made: readonly Change[]) => {
    for (const one of made) {
      const name = one[0].toString("latin1");
      if (one[1] || changes.get(name)?.[1] || mayExist(database, one[0])) changes.set(name, one);
      else changes.delete(name);
    }
  };
  const write = (transaction: Transaction) => {
    try {
      room.makeFor(sizesOf(transaction.changes.values()));
    } catch (cause) {
      // Asynchronously, as LMDB would report it.
      setImmediate(fail, transaction, cannotWrite(reasonOf((cause as NodeJS.ErrnoException).errno ?? 0)));
      return;
    }
    const written = database.batch(() => {
      for (const [key, value] of transaction.changes.values())
        if (value) database.put(key, value);
        else database.remove(key);
    });
    // Otherwise LMDB would wait for one more turn.
    database.batch(() => {});
    written.then(
      () => {
        commits++;
        succeed(transaction);
      },
      () => fail(transaction, cannotWrite(reason)),
    );
  };

  const succeed = (transaction: Transaction) => {
    writing = undefined;
    retryMs = SOON_MS;
    for (const settle of transaction.onDisk) settle();
    goOn(SOON_MS);
  };
  const fail = (transaction: Transaction, cause: StoreFailure) => {
    writing = undefined;
    failures++;
    asked.unshift(...transaction.soon);
    soonCount += transaction.soon.reduce((sum, { soon }) => sum + soon.length, 0);
    for (const reject of transaction.onFailure) reject(cause);
    onFailure(cause);
    goOn(retryMs);
    retryMs = nextPauseMs(retryMs);
  };
  let reason = "";
  onFailedWrite(database, (why) => {
    reason = why;
    const transaction = writing;
    // After the disk has refused the page that names a transaction, LMDB silently drops later writes.
    setImmediate(() => {
      if (!transaction || writing !== transaction) return;
      // It is unknown what is in the file: the next start must check it.
      hasShownDamage = true;
      broken = new StoreFailure(`the store can write no more until it is opened again: ${why}`);
      fail(transaction, broken);
    });
  });

  const ask = (decide: AskedDecision["decide"]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked.push({ decide, resolve, reject });
      schedule();
    });
  const store: LmdbStore = {
    ...view,
    commit<T>(decide: (view: View) => Decision<T>): Promise<T> {
      if (closed) return Promise.reject(new StoreFailure("the store is closed"));
      return ask(decide) as Promise<T>;
    },
    write: (writes) => store.commit(() => ({ writes, value: undefined })),
    writeSoon(writes) {
      const soon = writes.map(encode);
      if (closed || soon.length === 0) return;
      asked.push({ soon });
      soonCount += soon.length;
      if (soonCount > MAX_SOON) ({ kept: asked, count: soonCount } = withoutOldest(asked, soonCount));
      arm(SOON_MS);
    },
    commits: () => commits,
    failures: () => failures,
    hasShownDamage: () => hasShownDamage,
    listRaw: (range) => rangeOf(database, range),
    close() {
      closed ??= (async () => {
        // Writes that may be lost may stay unwritten; all other callers get an error.
        await ask(() => ({ writes: [], value: undefined })).catch(() => {});
        clearTimeout(timer);
        isEnded = true;
        if (broken) return room.close(false);
        await database.close();
        // A decision without writes changes nothing.
        room.close(commits > 0);
      })();
      return closed;
    },
  };
  return store;
}

const cannotWrite = (why: string) => new StoreFailure(`the store cannot write: ${why}`);

const sizesOf = (changes: Iterable<Change>) =>
  Array.from(changes, ([key, value]) => ({ bytes: key.length + (value?.length ?? 0) }));

/** Whether there is something to remove, so that removing nothing costs no sync. */
function mayExist(database: Database, key: Buffer): boolean {
  try {
    return database.doesExist(key);
  } catch {
    return true;
  }
}

const encode = ([key, value]: Write): Change => {
  const encoded = encodeKey(key);
  return [encoded, value === undefined ? undefined : encodeRecord(encoded, value)];
};

/** What is on the disk. */
function storedView(database: Database, guarded: <T>(read: () => T) => T): View {
  return {
    get: <T>(key: Key) =>
      guarded(() => {
        const encoded = encodeKey(key);
        const value = database.getBinary(encoded);
        return value && decodeRecord<T>(encoded, value);
      }),
    *list<T>(range: Range): Generator<StoredRecord<T>> {
      for (const { key, value } of guarded(() => rangeOf(database, range)))
        yield guarded((): StoredRecord<T> => [decodeKey(key), decodeRecord<T>(key, value)]);
    },
  };
}

/** What is on the disk, with the changes of a transaction that is not there yet. */
function viewOver(changes: OrderedMap<Change>, stored: View): View {
  return {
    get<T>(key: Key): T | undefined {
      const change = changes.size > 0 ? changes.get(encodeKey(key).toString("latin1")) : undefined;
      if (!change) return stored.get(key);
      return change[1] && decodeTrusted<T>(change[1]);
    },
    *list<T>(range: Range): Generator<StoredRecord<T>> {
      const { start, end } = encodeRange(range);
      const names = changes.keysBetween(start.toString("latin1"), end.toString("latin1"));
      if (names.length === 0) return yield* stored.list<T>(range);
      if (range.reverse) names.reverse();
      const isBefore = range.reverse ? (a: string, b: string) => a > b : (a: string, b: string) => a < b;
      let next = 0;
      const changed = function* (until: string | undefined): Generator<StoredRecord<T>> {
        for (; next < names.length && (until === undefined || isBefore(names[next]!, until)); next++) {
          const [key, value] = changes.get(names[next]!)!;
          if (value) yield [decodeKey(key), decodeTrusted<T>(value)];
        }
      };
      for (const record of stored.list<T>(range)) {
        const name = encodeKey(record[0]).toString("latin1");
        yield* changed(name);
        if (names[next] !== name) yield record;
      }
      yield* changed(undefined);
    },
  };
}

/** The records of a range as they are in the file. LMDB accepts no bound that is longer than a key. */
function rangeOf(database: Database, range: Range) {
  const { start, end } = encodeRange(range);
  const low = start.subarray(0, MAX_KEY_LENGTH);
  const high = end.subarray(0, MAX_KEY_LENGTH);
  // A key that is a prefix of a longer bound sorts before the bound.
  const hasLow = low.length === start.length;
  const hasHigh = high.length < end.length;
  return range.reverse
    ? database.getRange({
        start: high,
        exclusiveStart: !hasHigh,
        end: low,
        inclusiveEnd: hasLow,
        reverse: true,
      })
    : database.getRange({ start: low, exclusiveStart: !hasLow, end: high, inclusiveEnd: hasHigh });
}
