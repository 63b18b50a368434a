import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { onFailedWrite, reasonOf } from "./failed-write.ts";
import { type FileRoom, fileRoom } from "./file-room.ts";
import { decodeKey, encodeKey, encodeRange, LONGEST_KEY } from "./key.ts";
import { OrderedMap } from "./ordered-map.ts";
import { decodeRecord, decodeTrusted, encodeRecord } from "./record.ts";
import { MOST_SOON, nextPauseMs, SOON_MS, withoutOldest } from "./soon.ts";
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

/** What LMDB has beside it, for its readers and writers; it makes it anew when there are none. */
export const LOCK_FILE = `${STORE_FILE}-lock`;

/** Of LMDB, in bytes: room for the keys of DynamoDB. */
export const PAGE_BYTES = 8_192;

/** Of the environment of a folder. Its files are their owner's alone. */
export const environmentOf = (folder: string) =>
  ({
    path: join(folder, STORE_FILE),
    noSubdir: true,
    // What is visible is on the disk: LMDB shows a transaction to readers after it has synced the page that names it.
    overlappingSync: false,
    pageSize: PAGE_BYTES,
    keyEncoding: "binary",
    encoding: "binary",
    cache: false,
    permissionsMode: 0o600,
    // A batch is a transaction, and the second of a turn begins to write.
    eventTurnBatching: false,
    txnStartThreshold: 1,
  }) as const;

/** A store in a file, with what whoever holds its folder wants of it. */
export interface LmdbStore extends Store {
  /** Whether anybody has met damage when reading. */
  hasShownDamage(): boolean;
  /** Records as they stand in the file, damaged or not. */
  listRaw(range: Range): Iterable<{ readonly key: Buffer; readonly value: Buffer }>;
}

/**
 * Opens the store of a folder in one LMDB environment. Whoever opens a folder must hold it alone, and have made sure that
 * it is whole: LMDB maps the file, so that damage kills its reader.
 */
export function openLmdb(
  folder: string,
  /** Told of each transaction that could not be written. */
  onFailure: (cause: StoreFailure) => void = () => {},
): LmdbStore {
  const database = open<Buffer, Buffer>(environmentOf(folder));
  return storeOf(database, roomIn(join(folder, STORE_FILE)), onFailure);
}

type Database = RootDatabase<Buffer, Buffer>;

/** Gives the keys of all records in a data folder, in their order, as of one moment. Another process may have it open. */
export async function eachKey(folder: string, each: (key: Key) => void): Promise<void> {
  const database = open<Buffer, Buffer>({ ...environmentOf(folder), readOnly: true });
  try {
    for (const key of database.getKeys({ snapshot: true })) each(decodeKey(key as unknown as Buffer));
  } finally {
    await database.close();
  }
}

/** A key and its new value, encoded; undefined to remove it. */
type Change = readonly [key: Buffer, stored: Buffer | undefined];

/** What waits for a transaction: a decision, or writes that may be lost. */
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

/** What a transaction changes, which with what is on the disk is what a decision sees, and who waits for it. */
interface Transaction {
  readonly changes: OrderedMap<Change>;
  readonly soon: AskedSoon[];
  readonly onDisk: (() => void)[];
  readonly onFailure: ((cause: StoreFailure) => void)[];
}

/** On Windows LMDB makes room by itself, and says so when it cannot. */
const roomIn = (path: string): FileRoom =>
  process.platform === "win32" ? { makeFor() {}, close() {} } : fileRoom(path, PAGE_BYTES);

function storeOf(database: Database, room: FileRoom, onFailure: (cause: StoreFailure) => void): LmdbStore {
  let asked: Asked[] = [];
  /** One at a time: what is asked for meanwhile is decided when it is on the disk, and shares the next. */
  let writing: Transaction | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Of what has been asked for. */
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
      // LMDB has errors of its own for pages that make no sense.
      if (!(thrown instanceof KeyTooLong)) hasShownDamage = true;
      throw thrown;
    }
  };
  const view = storedView(database, guarded);

  /** At the end of this turn, so that all that it asks for is one transaction. */
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
    // From now on: what a decision asks for is decided after this is on the disk.
    writing = transaction;
    for (const one of batch) {
      if (one.soon) {
        transaction.soon.push(one);
        change(transaction, one.soon);
      } else decide(transaction, one);
    }
    // What changes nothing has seen nothing but what is on the disk.
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
      // It may have been thrown over something that is not on the disk yet.
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
      // As LMDB would say it: later.
      setImmediate(fail, transaction, cannotWrite(reasonOf((cause as NodeJS.ErrnoException).errno ?? 0)));
      return;
    }
    const written = database.batch(() => {
      for (const [key, value] of transaction.changes.values())
        if (value) database.put(key, value);
        else database.remove(key);
    });
    // Else LMDB would wait for one more turn.
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
    // Once the disk has refused the page that names a transaction, LMDB drops what it is given without a word.
    setImmediate(() => {
      if (!transaction || writing !== transaction) return;
      // Nobody knows what of it is in the file: whoever opens it next is to look through it.
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
      if (soonCount > MOST_SOON) ({ kept: asked, count: soonCount } = withoutOldest(asked, soonCount));
      arm(SOON_MS);
    },
    commits: () => commits,
    failures: () => failures,
    hasShownDamage: () => hasShownDamage,
    listRaw: (range) => rangeOf(database, range),
    close() {
      closed ??= (async () => {
        // What may be lost may stay unwritten; who asked for anything else is told.
        await ask(() => ({ writes: [], value: undefined })).catch(() => {});
        clearTimeout(timer);
        isEnded = true;
        if (broken) return room.close(false);
        await database.close();
        // What was only looked at stays as it is.
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

/** Whether there is something to remove, so that removing nothing costs no barrier. */
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

/** What is on the disk with the changes of a transaction that is not there yet. */
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

/** The records of a range as they stand in the file. LMDB takes no bound that is longer than a key. */
function rangeOf(database: Database, range: Range) {
  const { start, end } = encodeRange(range);
  const low = start.subarray(0, LONGEST_KEY);
  const high = end.subarray(0, LONGEST_KEY);
  // A key that a longer bound begins with comes before it.
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
