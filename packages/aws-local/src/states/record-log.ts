import type { Clock } from "../clock/clock.ts";
import { type Store, StoreFailure, type Write } from "../store/store.ts";
import { Cancelled } from "./failure.ts";
import type { ExecutionRecord } from "./records.ts";

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** The rows of records; the first record is the nth. */
export type RowsOf = (records: readonly ExecutionRecord[], nth: number) => readonly Write[];

interface Waiter {
  /** How many records must be on the disk. */
  readonly length: number;
  /** How long to wait after a failed write. */
  readonly isPatient: boolean;
  readonly done: () => void;
  readonly fail: (cause: unknown) => void;
}

/**
 * The records of one execution on their way to the store, in order and without gaps. Everything that is appended in one
 * turn of the event loop is one commit; a failed commit is retried until it succeeds, together with what was appended
 * since.
 */
export class RecordLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rowsOf: RowsOf;
  /** Records that may not be on the disk. The first `#losable` of them may be lost. */
  readonly #unwritten: ExecutionRecord[] = [];
  #losable = 0;
  /** How many records are on the disk. */
  #written: number;
  /** The last of them, if this process wrote it. */
  #last: ExecutionRecord | undefined;
  #waiters: Waiter[] = [];
  #work: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isHalted = false;
  #isAbandoned = false;
  #isClosed = false;
  #tryNow = () => {};

  /** `written` is the number of records already in the store. */
  constructor(store: Store, clock: Clock, written: number, rowsOf: RowsOf) {
    this.#store = store;
    this.#clock = clock;
    this.#written = written;
    this.#rowsOf = rowsOf;
  }

  append(record: ExecutionRecord): void {
    // Of many heartbeats in a row only the last one matters, and there would be more and more while a task waits.
    if (!this.#isWriting && this.#unwritten.length === 0 && isHeartbeatOfSame(this.#last, record))
      this.#written--;
    this.#unwritten.push(record);
    this.#write();
  }

  /** Appends a record whose loss only repeats what may be repeated: it causes no commit of its own. */
  appendSoon(record: ExecutionRecord): void {
    const isFirst = this.#unwritten.length === this.#losable;
    this.#unwritten.push(record);
    // If an earlier record must not be lost, this one must not be found without it.
    if (!isFirst) return;
    this.#losable++;
    this.#store.writeSoon(this.#rowsOf(this.#unwritten, this.#written));
  }

  /**
   * Resolves when everything appended so far is on the disk, except for records that may be lost. Rejects with the
   * store's error as soon as a try fails; the records are kept and retried.
   */
  commit(): Promise<void> {
    this.#tryNow();
    return this.#wait(false);
  }

  /** Like `commit`, but waits without limit; rejects with `Cancelled` when the log is halted. */
  written(): Promise<void> {
    return this.#wait(true);
  }

  /** Ends all waits. */
  halt(): void {
    this.#isHalted = true;
    const patient = this.#waiters.filter(({ isPatient }) => isPatient);
    this.#waiters = this.#waiters.filter(({ isPatient }) => !isPatient);
    for (const { fail } of patient) fail(new Cancelled());
  }

  /** Drops everything that is not on the disk. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#tryNow();
  }

  /** Tries once more to write what is not on the disk, and then stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tryNow();
    await this.#work;
  }

  #wait(isPatient: boolean): Promise<void> {
    if (this.#unwritten.length === this.#losable) return Promise.resolve();
    if (this.#isAbandoned || (isPatient && this.#isHalted)) return Promise.reject(new Cancelled());
    const length = this.#written + this.#unwritten.length;
    this.#write();
    return new Promise((done, fail) => this.#waiters.push({ length, isPatient, done, fail }));
  }

  #write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#work = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    for (let failures = 0; this.#unwritten.length > this.#losable && !this.#isAbandoned; ) {
      await endOfTurn();
      failures = (await this.#attempt()) ? 0 : failures + 1;
      if (failures === 0) continue;
      if (this.#isClosed) break;
      await this.#pause(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS));
    }
    this.#isWriting = false;
  }

  async #attempt(): Promise<boolean> {
    let length = 0;
    try {
      await this.#store.commit(() => {
        length = this.#unwritten.length;
        return { writes: this.#rowsOf(this.#unwritten, this.#written), value: undefined };
      });
    } catch (cause) {
      if (!(cause instanceof StoreFailure)) console.error("an execution could not be written", cause);
      const impatient = this.#waiters.filter(({ isPatient }) => !isPatient);
      this.#waiters = this.#waiters.filter(({ isPatient }) => isPatient);
      for (const { fail } of impatient) fail(cause);
      return false;
    }
    this.#last = this.#unwritten[length - 1];
    this.#unwritten.splice(0, length);
    this.#losable = 0;
    this.#written += length;
    const isDone = (waiter: Waiter) => waiter.length <= this.#written;
    const done = this.#waiters.filter(isDone);
    this.#waiters = this.#waiters.filter((waiter) => !isDone(waiter));
    for (const waiter of done) waiter.done();
    return true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((done) => {
      const end = () => {
        cancel();
        this.#tryNow = () => {};
        done();
      };
      const cancel = this.#clock.after(ms, end);
      this.#tryNow = end;
    });
  }
}

/** Resolves when this turn of the event loop has only work left that waits for outside events or time. */
function endOfTurn(): Promise<void> {
  return new Promise((done) => queueMicrotask(() => process.nextTick(done)));
}

function isHeartbeatOfSame(one: ExecutionRecord | undefined, other: ExecutionRecord): boolean {
  return one?.kind === "heartbeat" && other.kind === "heartbeat" && one.flow === other.flow;
}
