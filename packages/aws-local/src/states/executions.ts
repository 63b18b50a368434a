import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AwsError } from "../endpoint/aws-json.ts";
import { type Journal, memoryJournal, openJournal } from "../journal/journal.ts";
import { announce } from "./announce.ts";
import { replay } from "./evolve.ts";
import { Execution } from "./execution.ts";
import { Cancelled } from "./failure.ts";
import type { Projection } from "./projection.ts";
import type { ExecutionRecord, ExecutionStart } from "./records.ts";
import { decideRedrive, type RedriveDecision } from "./redrive.ts";
import { runExecution } from "./run/execution.ts";
import type { Surroundings } from "./run/frame.ts";
import type { StatusChangeEvent } from "./status-change.ts";
import { type ExecutionSummary, summaryOf } from "./summary.ts";

/** What became of a request to redrive: `full` means that too many executions run. */
export type RedriveAnswer =
  | { readonly outcome: "redriven"; readonly redrivenAt: number }
  | { readonly outcome: "full" | "unknown" }
  | Exclude<RedriveDecision, { readonly outcome: "redrive" }>;

/** Whole histories of ended executions that stay in memory when they are also on the disk, and when not. */
const KEPT_WITH_DISK = 200;
const KEPT_IN_MEMORY = 10_000;

/** As on AWS, what has ended is forgotten after 90 days. */
const KEPT_MS = 90 * 86_400_000;

const OPENED_AT_ONCE = 16;

/** Each running execution holds an open file. */
const MOST_RUNNING = 10_000;

interface Running {
  readonly execution: Execution;
  /** Aborted when the engine closes, or a redrive takes over what is still to be told. */
  readonly telling: AbortController;
  /** Resolves when the execution has ended and its journal is closed. Never rejects. */
  done: Promise<void>;
}

/** The executions of one engine: those at work, and those that have ended. */
export class Executions {
  readonly #around: Surroundings;
  readonly #directory: string | undefined;
  readonly #tell: ((event: StatusChangeEvent) => Promise<void> | void) | undefined;
  readonly #running = new Map<string, Running>();
  readonly #ended = new Map<string, ExecutionSummary>();
  readonly #recent = new Map<string, Projection>();
  /** The last redrive asked for of each execution that has one under way. */
  readonly #redriving = new Map<string, Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #waking: Running[] = [];

  constructor(
    around: Surroundings,
    directory: string | undefined,
    tell: ((event: StatusChangeEvent) => Promise<void> | void) | undefined,
  ) {
    this.#around = around;
    this.#directory = directory && join(directory, "executions");
    this.#tell = tell;
  }

  /** Reads what the disk holds; nothing runs yet. */
  async load(): Promise<void> {
    if (this.#directory === undefined) return;
    const files = await readdir(this.#directory).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return [];
      throw cause;
    });
    const queue = files.filter((file) => file.endsWith(".jsonl")).map((file) => join(this.#directory!, file));
    const work = async () => {
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) await this.#loadOne(path);
    };
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, work));
  }

  /** Lets every execution that has not ended go on where it was. */
  wake(): void {
    for (const running of this.#waking.splice(0)) running.done = this.#run(running);
  }

  /** Starts an execution; resolves when it is on the disk. Its ARN must be free. */
  async start(start: ExecutionStart): Promise<void> {
    this.#admit();
    if (this.#running.size >= MOST_RUNNING) {
      throw new AwsError("ExecutionLimitExceeded", `Execution Limit Exceeded: ${MOST_RUNNING}`);
    }
    const journal = this.#directory
      ? deferred(openJournal(this.#path(start.executionArn)).then((opened) => opened.journal))
      : memoryJournal();
    const execution = Execution.start(start, journal, this.#around.clock);
    this.#launch(execution);
    try {
      await execution.commit();
    } catch (cause) {
      this.#running.delete(start.executionArn);
      throw cause;
    }
  }

  /**
   * Lets an execution that has failed, timed out or been aborted go on from there; resolves when that is on the disk.
   * Of requests that come together one is `redriven`.
   */
  async redrive(arn: string, clientToken: string | undefined): Promise<RedriveAnswer> {
    const before = this.#redriving.get(arn) ?? Promise.resolve();
    const turn = before.then(() => this.#redrive(arn, clientToken));
    const settled = turn.catch(() => {});
    this.#redriving.set(arn, settled);
    try {
      return await turn;
    } finally {
      if (this.#redriving.get(arn) === settled) this.#redriving.delete(arn);
    }
  }

  /** The execution of an ARN while it runs. */
  running(arn: string): Execution | undefined {
    const execution = this.#running.get(arn)?.execution;
    return execution?.projection.status === "RUNNING" ? execution : undefined;
  }

  /** Everything about an execution, running or ended. */
  async find(arn: string): Promise<Projection | undefined> {
    const inMemory = this.#running.get(arn)?.execution.projection ?? this.#recent.get(arn);
    if (inMemory || !this.#ended.has(arn)) return inMemory;
    const { journal, records } = await openJournal(this.#path(arn));
    await journal.close();
    return replay(records as ExecutionRecord[]);
  }

  has(arn: string): boolean {
    return this.#running.has(arn) || this.#ended.has(arn);
  }

  /** Of one machine, the latest first. */
  list(stateMachineArn: string): ExecutionSummary[] {
    const running = [...this.#running.values()].map(({ execution }) => summaryOf(execution.projection));
    return [...running, ...this.#ended.values()]
      .filter((summary) => summary.stateMachineArn === stateMachineArn)
      .sort((a, b) => b.startedAt - a.startedAt || (a.executionArn < b.executionArn ? 1 : -1));
  }

  /** Stops all work; what has not ended goes on when the directory is next taken up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#redriving.values());
    const running = [...this.#running.values()];
    for (const { execution, telling } of running) {
      telling.abort();
      execution.halt();
    }
    await Promise.all(running.map(({ done }) => done));
    await Promise.all(this.#waking.map(({ execution }) => execution.close()));
  }

  #admit(): void {
    if (this.#closing.signal.aborted) throw new AwsError("ServiceUnavailable", "shutting down", 503);
  }

  #launch(execution: Execution): void {
    const running = { execution, telling: new AbortController(), done: Promise.resolve() };
    this.#running.set(execution.projection.start.executionArn, running);
    running.done = this.#run(running);
  }

  async #redrive(arn: string, clientToken: string | undefined): Promise<RedriveAnswer> {
    this.#admit();
    const known = await this.find(arn);
    if (!known) return { outcome: "unknown" };
    const now = this.#around.clock.now();
    const decision = decideRedrive(known, clientToken, now);
    if (decision.outcome === "repeated") await this.#running.get(arn)?.execution.commit();
    if (decision.outcome !== "redrive") return decision;
    await this.#release(arn);
    if (this.#running.size >= MOST_RUNNING) return { outcome: "full" };
    const { projection, journal } = await this.#reopen(known);
    const execution = Execution.redrive(projection, journal, this.#around.clock, clientToken);
    const { redrivenAt = now } = execution.projection;
    const summary = this.#ended.get(arn);
    this.#ended.delete(arn);
    this.#recent.delete(arn);
    this.#launch(execution);
    try {
      await execution.commit();
    } catch (cause) {
      this.#running.delete(arn);
      if (summary) this.#ended.set(arn, summary);
      throw cause;
    }
    return { outcome: "redriven", redrivenAt };
  }

  /** Ends what is still at work for an execution that has ended; what it has not told, its redrive will. */
  async #release(arn: string): Promise<void> {
    const running = this.#running.get(arn);
    if (!running) return;
    running.telling.abort();
    await running.done;
    const asleep = this.#waking.indexOf(running);
    if (asleep >= 0) {
      this.#waking.splice(asleep, 1);
      await running.execution.close();
    }
    this.#retire(running.execution.projection);
  }

  async #reopen(known: Projection): Promise<{ projection: Projection; journal: Journal }> {
    if (!this.#directory) return { projection: known, journal: memoryJournal() };
    const { journal, records } = await openJournal(this.#path(known.start.executionArn));
    if (!this.#closing.signal.aborted) return { projection: replay(records as ExecutionRecord[]), journal };
    await journal.close();
    throw new AwsError("ServiceUnavailable", "shutting down", 503);
  }

  async #run(running: Running): Promise<void> {
    const { execution } = running;
    try {
      const telling = this.#announce(running);
      // It is awaited below, when the execution has come to its end whether or not anyone could be told.
      telling.catch(() => {});
      await runExecution(this.#around, execution);
      await telling;
      if (execution.projection.status !== "RUNNING") await this.#announce(running);
    } catch (cause) {
      if (!(cause instanceof Cancelled)) console.error("an execution stopped", cause);
    } finally {
      await execution.close().catch((cause) => console.error("a journal could not be closed", cause));
    }
    // Only now may a redrive open the journal again.
    const { projection } = execution;
    if (projection.status !== "RUNNING" && !this.#isUntold(projection)) this.#retire(projection);
  }

  async #announce({ execution, telling }: Running): Promise<void> {
    if (this.#tell) await announce(this.#around, execution, this.#tell, telling.signal);
  }

  #isUntold({ announced, statusChanges }: Projection): boolean {
    return this.#tell !== undefined && announced < statusChanges.length;
  }

  /** Keeps of an ended execution what lists need, and for a while everything. */
  #retire(projection: Projection): void {
    const arn = projection.start.executionArn;
    this.#ended.set(arn, summaryOf(projection));
    this.#recent.set(arn, projection);
    this.#running.delete(arn);
    const kept = this.#directory ? KEPT_WITH_DISK : KEPT_IN_MEMORY;
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= kept) break;
      this.#recent.delete(oldest);
      if (!this.#directory) this.#ended.delete(oldest);
    }
  }

  async #loadOne(path: string): Promise<void> {
    const { journal, records } = await openJournal(path);
    // The start is the first two lines; an execution without both was never acknowledged.
    if (records.length < 2) {
      await journal.rewrite([]);
      await journal.close();
      return;
    }
    const projection = replay(records as ExecutionRecord[]);
    const { status, start } = projection;
    if (status !== "RUNNING" && !this.#isUntold(projection)) {
      await journal.close();
      const age = this.#around.clock.now() - (projection.stoppedAt ?? 0);
      if (age > KEPT_MS) await rm(path);
      else this.#ended.set(start.executionArn, summaryOf(projection));
      return;
    }
    const execution = new Execution(projection, journal, this.#around.clock);
    const running = { execution, telling: new AbortController(), done: Promise.resolve() };
    this.#running.set(start.executionArn, running);
    this.#waking.push(running);
  }

  /** Names may hold any letters, and file systems fold some: the file is named by a hash. */
  #path(arn: string): string {
    const name = createHash("sha256").update(arn).digest("hex").slice(0, 40);
    return join(this.#directory ?? "", `${name}.jsonl`);
  }
}

/** A journal that is still being opened. */
function deferred(opening: Promise<Journal>): Journal {
  return {
    append: async (record) => (await opening).append(record),
    rewrite: async (records) => (await opening).rewrite(records),
    close: async () => (await opening).close(),
  };
}
