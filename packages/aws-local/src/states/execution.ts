import type { Clock } from "../clock/clock.ts";
import type { Store } from "../store/store.ts";
import { begin, evolve } from "./evolve.ts";
import { Cancelled } from "./failure.ts";
import { detailsField, type ExecutionStatus, MOST_EVENTS } from "./history.ts";
import { expiryOf, type Flow, isLive, lastEventIn, type Projection, ROOT } from "./projection.ts";
import { RecordLog } from "./record-log.ts";
import type { ExecutionRecord, ExecutionStart, Failure, Memo } from "./records.ts";
import { writesOf } from "./rows.ts";

/** How a task with a token came out, as SendTaskSuccess and SendTaskFailure tell it. */
export type TaskResult =
  | { readonly outcome: "succeeded"; readonly output: string }
  | ({ readonly outcome: "failed" } & Failure);

/** What became of a call that named a token. */
export type TokenAnswer = "taken" | "closed" | "unknown";

const HISTORY_FULL = {
  error: "States.Runtime",
  cause: `The execution reached the maximum number of history events (${MOST_EVENTS}).`,
};

/** What a new event says besides its type. */
export interface EventOptions {
  readonly memo?: Memo;
  /** The event that this one follows; by default the flow's last. */
  readonly previous?: number;
  /** Its loss in a kill repeats what may be repeated: no commit is made for it alone. */
  readonly mayBeLost?: boolean;
}

/**
 * One execution at work: its projection and the records from which that is folded. Whatever happens to it is a record;
 * a record counts at once in memory, and for others only when it is written.
 */
export class Execution {
  readonly projection: Projection;
  readonly #over = new AbortController();
  readonly #clock: Clock;
  readonly #log: RecordLog;
  readonly #wakers = new Map<string, () => void>();
  #halted = false;

  /** `written` is how many records of it the store holds. */
  constructor(projection: Projection, store: Store, clock: Clock, written: number) {
    this.projection = projection;
    this.#clock = clock;
    this.#log = new RecordLog(store, clock, written, (records, nth) => writesOf(projection, records, nth));
  }

  /** Aborted when the execution ends or is halted. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** An execution that was just asked for; it stands in the store after `commit`. */
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
   * Makes an event of a flow part of the history and returns its id. Throws `Cancelled` in a flow that is over, and
   * when only the execution's end still fits: that is then written instead.
   */
  write(flow: Flow, type: string, details?: object, options: EventOptions = {}): number {
    if (this.#halted || !isLive(this.projection, flow)) throw new Cancelled();
    if (this.projection.history.length >= MOST_EVENTS - 1) {
      this.end("FAILED", HISTORY_FULL, this.projection.history.length);
      throw new Cancelled();
    }
    return this.#event(flow.id, type, options.previous ?? flow.lastEventId, details, options);
  }

  /** Notes what replay needs and the history does not show. */
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

  /** Ends the execution at somebody's wish, unless it has ended. */
  abort(details: object): void {
    const root = this.projection.flows.get(ROOT);
    this.end("ABORTED", details, root ? lastEventIn(root) : 1);
  }

  /** Stops all work without ending the execution: it goes on when the store is next taken up. */
  halt(): void {
    this.#halted = true;
    this.#over.abort();
    this.#log.halt();
  }

  /** Halts an execution that never came to stand in the store, and forgets it. */
  abandon(): void {
    this.halt();
    this.#log.abandon();
  }

  /**
   * Resolves when everything recorded until now is on the disk. Rejects with what the store said as soon as it cannot
   * be written; it is tried again until it can, without the caller.
   */
  commit(): Promise<void> {
    return this.#log.commit();
  }

  /** As `commit`, but waits until it can be written; rejects with `Cancelled` when the execution is halted. */
  written(): Promise<void> {
    return this.#log.written();
  }

  /** Resolves once the execution has ended and that is on the disk; rejects when it is halted or `signal` aborted. */
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

  /** Settles the task that waits with a token. Of all calls exactly one is `taken`. */
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

  /** Keeps the task that waits with a token alive for its next `HeartbeatSeconds`. */
  heartbeat(token: string): TokenAnswer {
    const waiting = this.#waiting(token);
    if (typeof waiting === "string") return waiting;
    this.note(waiting.flow, { kind: "heartbeat", flow: waiting.flow.id, at: this.#clock.now() });
    this.#wakers.get(waiting.flow.id)?.();
    return "taken";
  }

  /** Calls `wake` whenever the task of a flow is settled or kept alive from outside; returns the way to stop it. */
  onTask(flow: Flow, wake: () => void): () => void {
    this.#wakers.set(flow.id, wake);
    return () => {
      if (this.#wakers.get(flow.id) === wake) this.#wakers.delete(flow.id);
    };
  }

  /** The flow that waits with a token, and what its events name the task. */
  #waiting(token: string): { flow: Flow; resource: object } | "closed" | "unknown" {
    const id = this.projection.tokens.get(token);
    if (id === undefined) return "unknown";
    const flow = this.projection.flows.get(id);
    const task = flow?.visit?.position;
    if (!flow || task?.at !== "scheduled" || task.token !== token || !isLive(this.projection, flow)) {
      return "closed";
    }
    // The timer that ends the wait may be a moment late.
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

/** The record of a redrive, which goes on from the end of an execution. */
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
