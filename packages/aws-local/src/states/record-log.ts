import type { Clock } from "../clock/clock.ts";
import { type Store, StoreFailure, type Write } from "../store/store.ts";
import { Cancelled } from "./failure.ts";
import type { ExecutionRecord } from "./records.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The rows of records of which the first is the nth. */
export type RowsOf = (records: readonly ExecutionRecord[], nth: number) => readonly Write[];

interface Waiter {
  /** How many records must be on the disk. */
  readonly length: number;
  /** Waits on when an attempt to write fails. */
  readonly isPatient: boolean;
  readonly done: () => void;
  readonly fail: (cause: unknown) => void;
}

/**
 * The records of one execution on their way to the store, in order and without a gap. All that is appended in one turn
 * of the event loop is one commit; a commit that fails is tried again until it succeeds, with all that has come since.
 */
export class RecordLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rowsOf: RowsOf;
  /** Not known to be on the disk. Those that may be lost come first, `#losable` of them. */
  readonly #unwritten: ExecutionRecord[] = [];
  #losable = 0;
  /** How many are on the disk. */
  #written: number;
  /** The last of them, if it was written here. */
  #last: ExecutionRecord | undefined;
  #waiters: Waiter[] = [];
  #work: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isHalted = false;
  #isAbandoned = false;
  #isClosed = false;
  #tryNow = () => {};

  /** `written` is how many records the store holds already. */
  constructor(store: Store, clock: Clock, written: number, rowsOf: RowsOf) {
    this.#store = store;
    this.#clock = clock;
    this.#written = written;
    this.#rowsOf = rowsOf;
  }

  append(record: ExecutionRecord): void {
    // Many heartbeats in a row are as good as the last of them, and would go on for as long as a task waits.
    if (!this.#isWriting && this.#unwritten.length === 0 && isHeartbeatOfSame(this.#last, record))
      this.#written--;
    this.#unwritten.push(record);
    this.#write();
  }

  /** Appends a record whose loss repeats what may be repeated: it costs no commit of its own. */
  appendSoon(record: ExecutionRecord): void {
    const isFirst = this.#unwritten.length === this.#losable;
    this.#unwritten.push(record);
    // One before it that may not be lost must not be missing where this one is found.
    if (!isFirst) return;
    this.#losable++;
    this.#store.writeSoon(this.#rowsOf(this.#unwritten, this.#written));
  }

  /**
   * Resolves when all that was appended until now is on the disk, but for what may be lost. Rejects with what the store
   * said as soon as an attempt fails; what was appended is kept and tried again all the same.
   */
  commit(): Promise<void> {
    this.#tryNow();
    return this.#wait(false);
  }

  /** As `commit`, but waits for as long as it takes; rejects with `Cancelled` when the log is halted. */
  written(): Promise<void> {
    return this.#wait(true);
  }

  /** Lets nobody wait any longer. */
  halt(): void {
    this.#isHalted = true;
    const patient = this.#waiters.filter(({ isPatient }) => isPatient);
    this.#waiters = this.#waiters.filter(({ isPatient }) => !isPatient);
    for (const { fail } of patient) fail(new Cancelled());
  }

  /** Lets all that is not on the disk be. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#tryNow();
  }

  /** Tries once more to write what is not on the disk, and gives up. */
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
      await this.#pause(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS));
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
      const told = this.#waiters.filter(({ isPatient }) => !isPatient);
      this.#waiters = this.#waiters.filter(({ isPatient }) => isPatient);
      for (const { fail } of told) fail(cause);
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

/** Resolves when nothing is left to do in this turn of the event loop but what waits for the outside or for time. */
function endOfTurn(): Promise<void> {
  return new Promise((done) => queueMicrotask(() => process.nextTick(done)));
}

function isHeartbeatOfSame(one: ExecutionRecord | undefined, other: ExecutionRecord): boolean {
  return one?.kind === "heartbeat" && other.kind === "heartbeat" && one.flow === other.flow;
}
