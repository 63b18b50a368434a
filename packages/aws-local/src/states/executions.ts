import { setImmediate as nextTurn } from "node:timers/promises";
import { AwsError } from "../endpoint/aws-json.ts";
import { type Decision, type Store, StoreFailure, type View } from "../store/store.ts";
import { announce } from "./announce.ts";
import { evolve, replay } from "./evolve.ts";
import { Execution, redriveRecord } from "./execution.ts";
import { Cancelled } from "./failure.ts";
import type { HistoryEvent } from "./history.ts";
import type { Projection } from "./projection.ts";
import type { ExecutionRecord, ExecutionStart } from "./records.ts";
import { decideRedrive, type RedriveDecision } from "./redrive.ts";
import { firstEnd, removeEnded } from "./retention.ts";
import {
  type ExecutionSummary,
  endedKey,
  executionKey,
  OPEN,
  openKey,
  readRecords,
  recordKey,
  startedPrefix,
  writesOf,
} from "./rows.ts";
import { runExecution } from "./run/execution.ts";
import type { Surroundings } from "./run/frame.ts";
import type { StatusChangeEvent } from "./status-change.ts";

/** The outcome of a redrive request: `full` means that too many executions run. */
export type RedriveAnswer =
  | { readonly outcome: "redriven"; readonly redrivenAt: number }
  | { readonly outcome: "full" | "unknown" }
  | Exclude<RedriveDecision, { readonly outcome: "redrive" }>;

/** An execution as it is on the disk. */
export interface StoredExecution {
  readonly summary: ExecutionSummary;
  readonly start: ExecutionStart;
  /** The event that ended it, if it has ended. */
  readonly end: HistoryEvent | undefined;
}

/** Most running executions: each is held in memory, with its history. */
const MAX_RUNNING = 10_000;

/** Executions that are read in one turn of the event loop. */
const READ_A_TURN = 50;

const MIN_SWEEP_MS = 1_000;
const MAX_SWEEP_MS = 3_600_000;

interface Running {
  readonly execution: Execution;
  /** Aborted when the engine closes, or when a redrive takes over the remaining reports. */
  readonly reporting: AbortController;
  /** Resolves when no work for it is left. Never rejects. */
  done: Promise<void>;
}

/** Where executions are stored, and for how long. */
export interface Keeping {
  readonly store: Store;
  /** How long an execution is kept after its end, in milliseconds. */
  readonly retentionMs: number;
  /** Called for every status change of an execution. */
  readonly report: ((event: StatusChangeEvent) => Promise<void> | void) | undefined;
  /** Called with executions that were completely deleted. */
  readonly forgotten: ((arns: readonly string[]) => void) | undefined;
}

/** The executions of one engine: running ones in memory, and all of them in the store. */
export class Executions {
  readonly #around: Surroundings;
  readonly #store: Store;
  readonly #retentionMs: number;
  readonly #tell: Keeping["report"];
  readonly #forgotten: Keeping["forgotten"];
  /** Executions that have not ended, or whose end is not completely reported. */
  readonly #running = new Map<string, Running>();
  readonly #waking = new Set<Running>();
  readonly #closing = new AbortController();
  #cancelSweep: (() => void) | undefined;

  constructor(around: Surroundings, { store, retentionMs, report, forgotten }: Keeping) {
    this.#around = around;
    this.#store = store;
    this.#retentionMs = retentionMs;
    this.#tell = report;
    this.#forgotten = forgotten;
  }

  /** Reads the executions that have not ended; nothing runs yet. */
  async load(): Promise<void> {
    const open = [...this.#store.list<number>({ prefix: OPEN })];
    for (const [nth, [key, announced]] of open.entries()) {
      if (nth % READ_A_TURN === READ_A_TURN - 1) await nextTurn();
      const [, , arn, redriveCount] = key as readonly [string, string, string, number];
      // A row from before a redrive, or of an execution that was set aside, is a mark that came late.
      if (this.#store.get<ExecutionSummary>(executionKey(arn))?.redriveCount !== redriveCount) {
        this.#store.writeSoon([[key, undefined]]);
        continue;
      }
      const records = readRecords(this.#store, arn);
      const projection = replay(records);
      projection.announced = announced;
      const execution = new Execution(projection, this.#store, this.#around.clock, records.length);
      const running = { execution, reporting: new AbortController(), done: Promise.resolve() };
      this.#running.set(arn, running);
      this.#waking.add(running);
    }
  }

  /** Continues every execution that has not ended, and starts the deletion of old ones. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    for (const running of this.#waking) running.done = this.#run(running);
    this.#waking.clear();
    this.#planSweep(0);
  }

  /** Starts an execution; resolves when it is on the disk. Its ARN must be free. */
  async start(start: ExecutionStart): Promise<void> {
    this.#admit();
    if (this.#running.size >= MAX_RUNNING) {
      throw new AwsError("ExecutionLimitExceeded", `Execution Limit Exceeded: ${MAX_RUNNING}`);
    }
    const execution = Execution.start(start, this.#store, this.#around.clock);
    this.#launch(execution);
    try {
      await execution.commit();
    } catch (cause) {
      // Nobody knows of it, so a new request may start it again.
      execution.abandon();
      this.#running.delete(start.executionArn);
      throw cause;
    }
  }

  /**
   * Redrives an execution that has failed, timed out or been aborted; resolves when that is on the disk. Exactly one of
   * several requests at the same time is `redriven`.
   */
  async redrive(arn: string, clientToken: string | undefined): Promise<RedriveAnswer> {
    this.#admit();
    const answer = await this.#store.commit((view) => this.#decideRedrive(view, arn, clientToken));
    if (answer.outcome !== "redrive") return answer;
    const { projection, length } = answer;
    const { redrivenAt = this.#around.clock.now() } = projection;
    if (!this.#closing.signal.aborted) {
      this.#launch(new Execution(projection, this.#store, this.#around.clock, length));
    }
    return { outcome: "redriven", redrivenAt };
  }

  /** Aborts an execution; returns the time of its end, when that is on the disk. */
  async stop(arn: string, details: object): Promise<number | undefined> {
    const execution = this.#running.get(arn)?.execution;
    if (!execution) return this.summary(arn)?.stoppedAt;
    execution.abort(details);
    await execution.commit();
    return execution.projection.stoppedAt;
  }

  /** The execution of an ARN, until its end is on the disk and reported. */
  atWork(arn: string): Execution | undefined {
    this.#admit();
    return this.#running.get(arn)?.execution;
  }

  /** Whether an ARN is in use, even by an execution that is not on the disk yet. */
  has(arn: string): boolean {
    return this.#running.has(arn) || this.#store.get(executionKey(arn)) !== undefined;
  }

  /** An execution's entry in lists, from the disk. */
  summary(arn: string): ExecutionSummary | undefined {
    return this.#kept(this.#store.get<ExecutionSummary>(executionKey(arn)));
  }

  /** Everything about an execution on the disk except its history. */
  find(arn: string): StoredExecution | undefined {
    const summary = this.summary(arn);
    const first = this.#store.get<ExecutionRecord>(recordKey(arn, 0));
    if (!summary || first?.kind !== "start") return undefined;
    const [last] = summary.status === "RUNNING" ? [] : this.history(arn, true);
    return { summary, start: first.start, end: last };
  }

  /** The history of an execution on the disk; read it within one turn of the event loop. */
  *history(arn: string, reverse: boolean): Generator<HistoryEvent> {
    const key = executionKey(arn);
    for (const [, record] of this.#store.list<ExecutionRecord>({ prefix: key, gt: key, reverse })) {
      if (record.kind === "event") yield record.event;
    }
  }

  /**
   * The history of an execution after one of its events, almost without reading what comes before; read it within one
   * turn of the event loop. Ids have no gaps, and the number of an event's record is at least its id, because waits have
   * records too.
   */
  *historyAfter(arn: string, id: number): Generator<HistoryEvent> {
    let nth = id + 1;
    for (let ahead = 1; ahead > 0; nth += ahead) {
      const record = this.#store.get<ExecutionRecord>(recordKey(arn, nth));
      if (!record) return;
      ahead = record.kind === "event" ? Math.max(id + 1 - record.event.id, 0) : 1;
    }
    const key = executionKey(arn);
    for (const [, record] of this.#store.list<ExecutionRecord>({ prefix: key, gte: recordKey(arn, nth) })) {
      if (record.kind === "event") yield record.event;
    }
  }

  /** The executions of one machine, the latest first; read them within one turn of the event loop. */
  *list(stateMachineArn: string): Generator<ExecutionSummary> {
    for (const [key] of this.#store.list({ prefix: startedPrefix(stateMachineArn), reverse: true })) {
      const [, , , startedAt, arn] = key as readonly [string, string, string, number, string];
      const summary = this.summary(arn);
      // Executions that were set aside are missing; another one may have the name now.
      if (summary && summary.startedAt === startedAt) yield summary;
    }
  }

  /** Stops all work; executions that have not ended continue after the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelSweep?.();
    const running = [...this.#running.values()];
    for (const { execution, reporting } of running) {
      reporting.abort();
      execution.halt();
    }
    await Promise.all(running.map(({ done, execution }) => done.then(() => execution.close())));
  }

  #admit(): void {
    if (this.#closing.signal.aborted) throw new AwsError("ServiceUnavailable", "shutting down", 503);
  }

  /** Runs an execution. Work for it from before a redrive finishes first. */
  #launch(execution: Execution): void {
    const { projection } = execution;
    const { executionArn } = projection.start;
    const before = this.#running.get(executionArn);
    const running: Running = { execution, reporting: new AbortController(), done: Promise.resolve() };
    this.#running.set(executionArn, running);
    if (!before) {
      running.done = this.#run(running);
      return;
    }
    this.#waking.delete(before);
    before.reporting.abort();
    running.done = before.done.then(() => {
      // Only the part of the end that was not reported is reported now.
      projection.announced = Math.max(projection.announced, before.execution.projection.announced);
      return this.#run(running);
    });
  }

  #decideRedrive(
    view: View,
    arn: string,
    clientToken: string | undefined,
  ): Decision<
    | Exclude<RedriveAnswer, { outcome: "redriven" }>
    | { outcome: "redrive"; projection: Projection; length: number }
  > {
    const summary = this.#kept(view.get<ExecutionSummary>(executionKey(arn)));
    if (!summary) return { writes: [], value: { outcome: "unknown" } };
    const records = readRecords(view, arn);
    const projection = replay(records);
    const now = this.#around.clock.now();
    const decision = decideRedrive(projection, clientToken, now);
    if (decision.outcome !== "redrive") return { writes: [], value: decision };
    if (this.#running.size >= MAX_RUNNING) return { writes: [], value: { outcome: "full" } };
    const open = openKey(arn, projection.redriveCount);
    const ended = endedKey(projection.stoppedAt ?? 0, arn);
    projection.announced = view.get<number>(open) ?? projection.statusChanges.length;
    const record = redriveRecord(projection, now, clientToken);
    evolve(projection, record);
    return {
      writes: [
        ...writesOf(projection, [record], records.length),
        [ended, undefined],
        [open, undefined],
        [openKey(arn, projection.redriveCount), projection.announced],
      ],
      value: { outcome: "redrive", projection, length: records.length + 1 },
    };
  }

  async #run(running: Running): Promise<void> {
    const { execution } = running;
    try {
      const reporting = this.#announce(running);
      // It is awaited below, when the execution has ended, whether or not reporting succeeded.
      reporting.catch(() => {});
      await runExecution(this.#around, execution);
      if (execution.projection.status === "RUNNING") throw new Cancelled();
      await execution.written();
      this.#planSweep();
      await reporting;
      await this.#announce(running);
      this.#retire(running);
    } catch (cause) {
      if (!(cause instanceof Cancelled)) console.error("an execution stopped", cause);
    }
    await execution.close();
  }

  async #announce({ execution, reporting }: Running): Promise<void> {
    if (!this.#tell) return;
    const mark = ({ start, redriveCount, announced }: Projection) =>
      this.#store.writeSoon([[openKey(start.executionArn, redriveCount), announced]]);
    await announce(this.#around, execution, this.#tell, mark, reporting.signal);
  }

  /** Removes a finished execution from memory: the store has everything. */
  #retire(running: Running): void {
    const { start, redriveCount } = running.execution.projection;
    if (this.#running.get(start.executionArn) !== running) return;
    this.#running.delete(start.executionArn);
    this.#store.writeSoon([[openKey(start.executionArn, redriveCount), undefined]]);
  }

  #kept(summary: ExecutionSummary | undefined): ExecutionSummary | undefined {
    const isKept = (summary?.stoppedAt ?? Infinity) >= this.#around.clock.now() - this.#retentionMs;
    return isKept ? summary : undefined;
  }

  /** Deletes old executions as soon as there are any, but not more often than `pauseMs`. */
  #planSweep(pauseMs = Math.min(Math.max(this.#retentionMs / 10, MIN_SWEEP_MS), MAX_SWEEP_MS)): void {
    if (this.#cancelSweep || this.#closing.signal.aborted) return;
    const first = firstEnd(this.#store);
    if (first === undefined) return;
    const { clock } = this.#around;
    const due = first + this.#retentionMs + 1 - clock.now();
    this.#cancelSweep = clock.after(Math.max(due, pauseMs), () => {
      void this.#sweep().then(() => {
        this.#cancelSweep = undefined;
        this.#planSweep();
      });
    });
  }

  async #sweep(): Promise<void> {
    try {
      for (let isAll = false; !isAll && !this.#closing.signal.aborted; ) {
        const before = this.#around.clock.now() - this.#retentionMs;
        const removal = await this.#store.commit((view) => removeEnded(view, before));
        for (const arn of removal.arns) this.#forget(arn);
        this.#forgotten?.(removal.arns);
        isAll = removal.isAll;
      }
    } catch (cause) {
      if (!(cause instanceof StoreFailure)) console.error("ended executions could not be removed", cause);
    }
  }

  /** Stops reporting an end that is not in the store any more. */
  #forget(arn: string): void {
    const running = this.#running.get(arn);
    if (!running || running.execution.projection.status === "RUNNING") return;
    running.reporting.abort();
    this.#waking.delete(running);
    this.#running.delete(arn);
  }
}
