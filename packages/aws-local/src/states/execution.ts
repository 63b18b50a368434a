import type { Clock } from "../clock/clock.ts";
import type { Journal } from "../journal/journal.ts";
import { begin, evolve } from "./evolve.ts";
import { Cancelled } from "./failure.ts";
import { detailsField, type ExecutionStatus, MOST_EVENTS } from "./history.ts";
import { expiryOf, type Flow, isLive, type Projection } from "./projection.ts";
import type { ExecutionRecord, ExecutionStart, Failure, Memo } from "./records.ts";

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
}

/**
 * One execution: its projection and the journal from which that is folded. Whatever happens to it is a record; a
 * record counts at once in memory, and for others only after `commit`.
 */
export class Execution {
  readonly projection: Projection;
  readonly #over = new AbortController();
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #wakers = new Map<string, () => void>();
  #unwritten: ExecutionRecord[] = [];
  #committed: Promise<unknown> = Promise.resolve();
  #halted = false;
  #failed = false;

  constructor(projection: Projection, journal: Journal, clock: Clock) {
    this.projection = projection;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Aborted when the execution ends or is halted. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** An execution that was just asked for; it stands in the journal after `commit`. */
  static start(start: ExecutionStart, journal: Journal, clock: Clock): Execution {
    const execution = new Execution(begin(start), journal, clock);
    execution.#unwritten.push({ kind: "start", start });
    execution.#record({
      kind: "event",
      flow: "",
      event: {
        id: 1,
        previousEventId: 0,
        timestamp: start.startedAt,
        type: "ExecutionStarted",
        executionStartedEventDetails: {
          input: start.input,
          inputDetails: { truncated: false },
          roleArn: start.roleArn,
        },
      },
    });
    return execution;
  }

  /** An execution that had ended and goes on from there; that stands in the journal after `commit`. */
  static redrive(
    projection: Projection,
    journal: Journal,
    clock: Clock,
    clientToken: string | undefined,
  ): Execution {
    if (projection.status === "RUNNING") throw new Error("an execution that runs is not redriven");
    const execution = new Execution(projection, journal, clock);
    execution.#event(
      "",
      "ExecutionRedriven",
      projection.history.length,
      { redriveCount: projection.redriveCount + 1 },
      clientToken === undefined ? undefined : { clientToken },
    );
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
    return this.#event(flow.id, type, options.previous ?? flow.lastEventId, details, options.memo);
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

  /** Stops all work without ending the execution: it goes on when its journal is next taken up. */
  halt(): void {
    this.#halted = true;
    this.#over.abort();
  }

  /** Notes that others were told of the next change of status, which was to this one. */
  announced(status: ExecutionStatus): void {
    this.#record({ kind: "announced", status });
  }

  /**
   * Resolves when everything recorded until now is on the disk. Once a write has failed the execution is halted and
   * every commit rejects: a journal with a gap could not be replayed.
   */
  commit(): Promise<unknown> {
    if (this.#unwritten.length > 0 && !this.#failed) {
      const records = this.#unwritten;
      this.#unwritten = [];
      this.#committed = Promise.all(records.map((record) => this.#journal.append(record)));
      // Whoever awaits it sees the failure; nobody need await every commit.
      this.#committed.catch(() => {
        this.#failed = true;
        this.halt();
      });
    }
    return this.#committed;
  }

  async close(): Promise<void> {
    await this.commit();
    await this.#journal.close();
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

  #event(flow: string, type: string, previousEventId: number, details?: object, memo?: Memo): number {
    const id = this.projection.history.length + 1;
    this.#record({
      kind: "event",
      flow,
      event: {
        id,
        previousEventId,
        timestamp: this.#clock.now(),
        type,
        ...(details && { [detailsField(type)]: details }),
      },
      ...(memo && { memo }),
    });
    return id;
  }

  #record(record: ExecutionRecord): void {
    evolve(this.projection, record);
    this.#unwritten.push(record);
  }
}
