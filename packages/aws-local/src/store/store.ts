/** One part of a key: text, a number (a finite double) or bytes. */
export type KeyPart = string | number | Uint8Array;

/**
 * Names a record. The first part is the service that owns it. Keys are in the order of their parts, and a key comes
 * before those that it begins: text by its UTF-8 bytes, numbers by size, bytes as unsigned bytes; of parts of different
 * kinds bytes come first, then text, then numbers.
 */
export type Key = readonly [service: string, ...KeyPart[]];

/** A record as it was written: its key and its value, which is JSON. */
export type StoredRecord<T = unknown> = readonly [key: Key, value: T];

/** A change of one record: its new value, or undefined to remove it (which one that is not there survives). */
export type Write = readonly [key: Key, value: unknown];

/** Which records to list: those whose keys begin with `prefix`, within the bounds, whose keys must begin with it too. */
export interface Range {
  readonly prefix: Key;
  readonly gt?: Key | undefined;
  readonly gte?: Key | undefined;
  readonly lt?: Key | undefined;
  readonly lte?: Key | undefined;
  /** From the last one to the first. */
  readonly reverse?: boolean;
}

/** What is stored, as of one moment. Values are the reader's own: changing one changes nothing stored. */
export interface View {
  /** The value of a record; undefined when there is none. */
  get<T = unknown>(key: Key): T | undefined;
  /** In the order of keys, read as the caller goes along, which must be within one turn of the event loop. */
  list<T = unknown>(range: Range): Iterable<StoredRecord<T>>;
}

/** What a decision came to. */
export interface Decision<T> {
  /** Made all together or not at all; of several of one key the last counts. */
  readonly writes: readonly Write[];
  /** What `commit` resolves with. */
  readonly value: T;
}

/**
 * What the embedded services remember: records in one order, changed by transactions. Outside a transaction a reader
 * sees what is on the disk, and nothing else: so nothing leaves the process before what it rests on.
 */
export interface Store extends View {
  /**
   * Runs `decide` with every earlier write in view, those too that are not on the disk yet, and makes the writes that it
   * returns. Decisions run one after another in the order of these calls, later than the call itself, and must not wait
   * for anything. Resolves when the writes, and all that the decision has seen, are on the disk. Rejects with what
   * `decide` threw, or with `StoreFailure`; then nothing of it was written.
   */
  commit<T>(decide: (view: View) => Decision<T>): Promise<T>;
  /** Makes writes that depend on nothing. Resolves and rejects as `commit` does. */
  write(writes: readonly Write[]): Promise<void>;
  /**
   * Makes writes that may be lost: with whatever is committed next, in the order of the calls, or on their own after at
   * most 50 ms, so that they cost no barrier of their own. Those that cannot be made are tried again with the next, or
   * on their own ever more rarely; of very many the oldest are let go of. Throws only what no try could mend.
   */
  writeSoon(writes: readonly Write[]): void;
  /** How many transactions went to the disk since the store was opened: its barriers. One that changed nothing is none. */
  commits(): number;
  /** How many could not be written, each of which was told to whoever asked for it. */
  failures(): number;
  /**
   * Makes what `writeSoon` still holds, if it can, waits for what is under way, and closes. Later commits reject with
   * `StoreFailure`, later reads throw it.
   */
  close(): Promise<void>;
}

/** The store could not write (the disk is full, say) or is closed. What was asked for was not done, and may be again. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

/** A key that has more bytes than any store keeps; the message names it. */
export class KeyTooLong extends Error {
  override readonly name = "KeyTooLong";
}

/** What is stored is not what was written: the disk, or somebody, has changed it. The message names the record. */
export class DamagedRecord extends Error {
  override readonly name = "DamagedRecord";
  readonly key: Key;

  constructor(key: Key) {
    super(`the record ${namedIn(key)} of the store is damaged`);
    this.key = key;
  }
}

const PARTS_NAMED = 3;
const LONGEST_NAMED = 60;

/** A key as a message may name it: its first parts, cut. */
export function namedIn(key: Key): string {
  const parts = key.slice(0, PARTS_NAMED).map((part) => {
    const text = part instanceof Uint8Array ? Buffer.from(part).toString("hex") : String(part);
    return text.length > LONGEST_NAMED ? `${text.slice(0, LONGEST_NAMED)}…` : text;
  });
  return JSON.stringify(parts.join("/") + (key.length > PARTS_NAMED ? "/…" : ""));
}
