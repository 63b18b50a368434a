import type { Clock } from "../clock/clock.ts";
import type { Store } from "../store/store.ts";
import { begin, evolve } from "./evolve.ts";
import { Cancelled } from "./failure.ts";
import { detailsField, type ExecutionStatus, MAX_EVENTS } from "./history.ts";
import { expiryOf, type Flow, isLive, lastEventIn, type Projection, ROOT } from "./projection.ts";
import { RecordLog } from "./record-log.ts";
import type { ExecutionRecord, ExecutionStart, Failure, Memo } from "./records.ts";
import { writesOf } from "./rows.ts";

/** The result of a task with a token, from SendTaskSuccess or SendTaskFailure. */
export type TaskResult =
  | { readonly outcome: "succeeded"; readonly output: string }
  | ({ readonly outcome: "failed" } & Failure);

/** The outcome of a call with a token. */
export type TokenAnswer = "taken" | "closed" | "unknown";

const HISTORY_FULL = {
  error: "States.Runtime",
  cause: `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
};

/** A new event's data besides its type. */
export interface EventOptions {
  readonly memo?: Memo;
  /** The previous event. Default: the flow's last. */
  readonly previous?: number;
  /** A kill may lose it, which only repeats what may be repeated: it causes no commit of its own. */
  readonly mayBeLost?: boolean;
}

/**
 * A running execution: its projection, and the records that this is folded from. Every change is a record; it takes
 * effect in memory at once, and for others only when it is written.
 */
export class Execution {
  readonly projection: Projection;
  readonly #over = new AbortController();
  readonly #clock: Clock;
  readonly #log: RecordLog;
  readonly #wakers = new Map<string, () => void>();
  #halted = false;

  /** `written` is the number of its records in the store. */
  constructor(projection: Projection, store: Store, clock: Clock, written: number) {
    this.projection = projection;
    this.#clock = clock;
    this.#log = new RecordLog(store, clock, written, (records, nth) => writesOf(projection, records, nth));
  }

  /** Aborted when the execution ends or is halted. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** A new execution; it is in the store after `commit`. */
  static start(start: ExecutionStart, store: Store, clock: Clock): Execution {
    const execution = new Execution(begin(start), store, clock, 0);
    execution.#log.append({ kind: "start", start });
    execution.#event("", "ExecutionStarted", 0, {
      input: start.input,
      inputDetails: { truncated: false },
      roleArn: start.roleArn,
    });
    return execution;
  }

  /**
   * Adds an event of a flow to the history and returns its id. Throws `Cancelled` in a flow that is over, and when only
   * the execution's end still fits: then the end is written instead.
   */
  write(flow: Flow, type: string, details?: object, options: EventOptions = {}): number {
    if (this.#halted || !isLive(this.projection, flow)) throw new Cancelled();
    if (this.projection.history.length >= MAX_EVENTS - 1) {
      this.end("FAILED", HISTORY_FULL, this.projection.history.length);
      throw new Cancelled();
    }
    return this.#event(flow.id, type, options.previous ?? flow.lastEventId, details, options);
  }

  /** Records data for replay that the history does not show. */
  note(
    flow: Flow,
    record: Extract<ExecutionRecord, { flow: string; kind: "wait" | "retry" | "heartbeat" }>,
  ): void {
    if (this.#halted || !isLive(this.projection, flow)) throw new Cancelled();
    this.#record(record);
  }

  /** Ends the execution, unless it has ended. Everything in it is cancelled. */
  end(status: Exclude<ExecutionStatus, "RUNNING">, details: object, previous: number): void {
    if (this.#halted || this.projection.status !== "RUNNING") return;
    const type = { SUCCEEDED: "Succeeded", FAILED: "Failed", TIMED_OUT: "TimedOut", ABORTED: "Aborted" }[
      status
    ];
    this.#event("", `Execution${type}`, previous, details);
    this.#over.abort();
  }

  /** Ends the execution on request, unless it has ended. */
  abort(details: object): void {
    const root = this.projection.flows.get(ROOT);
    this.end("ABORTED", details, root ? lastEventIn(root) : 1);
  }

  /** Stops all work without ending the execution: it continues after the next start. */
  halt(): void {
    this.#halted = true;
    this.#over.abort();
    this.#log.halt();
  }

  /** Halts an execution that was never written, and forgets it. */
  abandon(): void {
    this.halt();
    this.#log.abandon();
  }

  /**
   * Resolves when everything recorded so far is on the disk. Rejects with the store's error when it cannot be written;
   * writing is retried until it succeeds, without the caller.
   */
  commit(): Promise<void> {
    return this.#log.commit();
  }

  /** Like `commit`, but waits until the write succeeds; rejects with `Cancelled` when the execution is halted. */
  written(): Promise<void> {
    return this.#log.written();
  }

  /** Resolves when the execution has ended and that is on the disk; rejects when it is halted or `signal` is aborted. */
  async ended(signal: AbortSignal): Promise<void> {
    if (this.projection.status === "RUNNING") {
      const either = AbortSignal.any([this.over, signal]);
      await new Promise<void>((done) => {
        if (either.aborted) done();
        else either.addEventListener("abort", () => done(), { once: true });
      });
    }
    if (this.projection.status === "RUNNING") throw new Cancelled();
    await this.written();
  }

  /** Resolves when nothing more will be written. */
  close(): Promise<void> {
    return this.#log.close();
  }

  /** Settles the task that waits with a token. Exactly one call is `taken`. */
  settle(token: string, result: TaskResult): TokenAnswer {
    const waiting = this.#waiting(token);
    if (typeof waiting === "string") return waiting;
    const { flow, resource } = waiting;
    try {
      this.#writeResult(flow, resource, result);
    } catch (cause) {
      if (cause instanceof Cancelled) return "closed";
      throw cause;
    }
    this.#wakers.get(flow.id)?.();
    return "taken";
  }

  #writeResult(flow: Flow, resource: object, result: TaskResult): void {
    if (result.outcome === "succeeded") {
      this.write(flow, "TaskSucceeded", {
        ...resource,
        output: result.output,
        outputDetails: { truncated: false },
      });
    } else {
      const { error, cause } = result;
      this.write(flow, "TaskFailed", { ...resource, error, cause });
    }
  }

  /** Extends the wait of a task with a token by its `HeartbeatSeconds`. */
  heartbeat(token: string): TokenAnswer {
    const waiting = this.#waiting(token);
    if (typeof waiting === "string") return waiting;
    this.note(waiting.flow, { kind: "heartbeat", flow: waiting.flow.id, at: this.#clock.now() });
    this.#wakers.get(waiting.flow.id)?.();
    return "taken";
  }

  /** Calls `wake` whenever a flow's task is settled or gets a heartbeat; returns a function that stops this. */
  onTask(flow: Flow, wake: () => void): () => void {
    this.#wakers.set(flow.id, wake);
    return () => {
      if (this.#wakers.get(flow.id) === wake) this.#wakers.delete(flow.id);
    };
  }

  /** The flow that waits with a token, and the task's name in its events. */
  #waiting(token: string): { flow: Flow; resource: object } | "closed" | "unknown" {
    const id = this.projection.tokens.get(token);
    if (id === undefined) return "unknown";
    const flow = this.projection.flows.get(id);
    const task = flow?.visit?.position;
    if (!flow || task?.at !== "scheduled" || task.token !== token || !isLive(this.projection, flow)) {
      return "closed";
    }
    // The timer that ends the wait may be slightly late.
    if (this.#clock.now() >= expiryOf(task)) return "closed";
    return { flow, resource: task.resource };
  }

  #event(flow: string, type: string, previous: number, details?: object, options: EventOptions = {}): number {
    const { memo, mayBeLost } = options;
    const record = eventRecord(this.projection, this.#clock.now(), flow, type, previous, details, memo);
    this.#record(record, mayBeLost);
    return record.event.id;
  }

  #record(record: ExecutionRecord, mayBeLost = false): void {
    evolve(this.projection, record);
    if (mayBeLost) this.#log.appendSoon(record);
    else this.#log.append(record);
  }
}

/** The record of a redrive, which continues from the end of an execution. */
export function redriveRecord(
  projection: Projection,
  now: number,
  clientToken: string | undefined,
): ExecutionRecord {
  const details = { redriveCount: projection.redriveCount + 1 };
  const memo = clientToken === undefined ? undefined : { clientToken };
  return eventRecord(projection, now, "", "ExecutionRedriven", projection.history.length, details, memo);
}

function eventRecord(
  projection: Projection,
  timestamp: number,
  flow: string,
  type: string,
  previousEventId: number,
  details: object | undefined,
  memo: Memo | undefined,
): Extract<ExecutionRecord, { kind: "event" }> {
  const id = projection.history.length + 1;
  return {
    kind: "event",
    flow,
    event: {
      id,
      previousEventId,
      timestamp,
      type,
      ...(details && { [detailsField(type)]: details }),
    },
    ...(memo && { memo }),
  };
}
