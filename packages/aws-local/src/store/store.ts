/** One part of a key: text, a number (a finite double) or bytes. */
export type KeyPart = string | number | Uint8Array;

/**
 * Names a record. The first part is the service that owns it. Keys are ordered by their parts, and a key sorts before
 * longer keys that it begins: text by its UTF-8 bytes, numbers by size, bytes as unsigned bytes. Among parts of
 * different kinds, bytes come first, then text, then numbers.
 */
export type Key = readonly [service: string, ...KeyPart[]];

/** A record as it was written: its key and its value, which is JSON. */
export type StoredRecord<T = unknown> = readonly [key: Key, value: T];

/** A change of one record: its new value, or undefined to remove it (a missing record is allowed). */
export type Write = readonly [key: Key, value: unknown];

/** Which records to list: those whose keys begin with `prefix`, within the bounds, whose keys must begin with it too. */
export interface Range {
  readonly prefix: Key;
  readonly gt?: Key | undefined;
  readonly gte?: Key | undefined;
  readonly lt?: Key | undefined;
  readonly lte?: Key | undefined;
  /** In descending order. */
  readonly reverse?: boolean;
}

/** The stored data, as of one moment. Values are copies: changing one changes nothing stored. */
export interface View {
  /** The value of a record; undefined when there is none. */
  get<T = unknown>(key: Key): T | undefined;
  /** In the order of keys, read as the caller iterates, which must happen within one turn of the event loop. */
  list<T = unknown>(range: Range): Iterable<StoredRecord<T>>;
}

/** The result of a decision. */
export interface Decision<T> {
  /** All or none are made; if several have the same key, the last one counts. */
  readonly writes: readonly Write[];
  /** The value that `commit` resolves with. */
  readonly value: T;
}

/**
 * The data of the embedded services: records in one order, changed by transactions. Outside a transaction a reader sees
 * only what is on the disk, so nothing leaves the process before the data that it depends on are durable.
 */
export interface Store extends View {
  /**
   * Runs `decide` on the state after every earlier write, even those that are not on the disk yet, and makes the writes
   * that it returns. Decisions run one after another in the order of these calls, after the call returns, and must not
   * wait for anything. Resolves when the writes, and everything that the decision has seen, are on the disk. Rejects with
   * an error of `decide` or with `StoreFailure`; then none of its writes is made.
   */
  commit<T>(decide: (view: View) => Decision<T>): Promise<T>;
  /** Makes writes that need no decision. Resolves and rejects as `commit` does. */
  write(writes: readonly Write[]): Promise<void>;
  /**
   * Makes writes that may be lost, without a sync of their own. They are made with the next commit, in the order of the
   * calls, or alone after at most 50 ms. If they fail, they are tried again with the next commit, or on their own with
   * growing pauses; if there are very many, the oldest are dropped. Throws only for errors that no retry can fix.
   */
  writeSoon(writes: readonly Write[]): void;
  /**
   * Number of transactions written to the disk since the store was opened, each with one sync. One without changes does
   * not count.
   */
  commits(): number;
  /** Number of transactions that could not be written; their callers got an error. */
  failures(): number;
  /**
   * Makes the waiting writes of `writeSoon`, if possible, waits for running ones, and closes. Later commits reject with
   * `StoreFailure`, later reads throw it.
   */
  close(): Promise<void>;
}

/**
 * The store could not write (for example because the disk is full) or is closed. The request was not carried out, and may
 * be repeated.
 */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

/** A key with more bytes than any store accepts; the message names it. */
export class KeyTooLong extends Error {
  override readonly name = "KeyTooLong";
}

/** Stored data differ from what was written: the disk, or somebody, has changed them. The message names the record. */
export class DamagedRecord extends Error {
  override readonly name = "DamagedRecord";
  readonly key: Key;

  constructor(key: Key) {
    super(`the record ${keyText(key)} of the store is damaged`);
    this.key = key;
  }
}

const PARTS_NAMED = 3;
const MAX_NAMED_LENGTH = 60;

/** A key in a form for messages: its first parts, shortened. */
export function keyText(key: Key): string {
  const parts = key.slice(0, PARTS_NAMED).map((part) => {
    const text = part instanceof Uint8Array ? Buffer.from(part).toString("hex") : String(part);
    return text.length > MAX_NAMED_LENGTH ? `${text.slice(0, MAX_NAMED_LENGTH)}…` : text;
  });
  return JSON.stringify(parts.join("/") + (key.length > PARTS_NAMED ? "/…" : ""));
}
