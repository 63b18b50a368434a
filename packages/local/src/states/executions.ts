import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AwsError } from "../endpoint/aws-json.ts";
import { type Journal, memoryJournal, openJournal } from "../journal/journal.ts";
import { announce } from "./announce.ts";
import { replay } from "./evolve.ts";
import { Execution } from "./execution.ts";
import { Cancelled } from "./failure.ts";
import type { ExecutionStatus } from "./history.ts";
import type { Projection } from "./projection.ts";
import type { ExecutionRecord, ExecutionStart } from "./records.ts";
import { runExecution } from "./run/execution.ts";
import type { Surroundings } from "./run/frame.ts";
import type { StatusChangeEvent } from "./status-change.ts";

/** What a list says of an execution. Times are milliseconds since the epoch. */
export interface ExecutionSummary {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
}

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
  readonly #closing = new AbortController();
  #waking: Execution[] = [];

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
    for (const execution of this.#waking.splice(0)) {
      const running = this.#running.get(execution.projection.start.executionArn);
      if (running) running.done = this.#run(execution);
    }
  }

  /** Starts an execution; resolves when it is on the disk. Its ARN must be free. */
  async start(start: ExecutionStart): Promise<void> {
    if (this.#closing.signal.aborted) throw new AwsError("ServiceUnavailable", "shutting down", 503);
    if (this.#running.size >= MOST_RUNNING) {
      throw new AwsError("ExecutionLimitExceeded", `Execution Limit Exceeded: ${MOST_RUNNING}`);
    }
    const journal = this.#directory
      ? deferred(openJournal(this.#path(start.executionArn)).then((opened) => opened.journal))
      : memoryJournal();
    const execution = Execution.start(start, journal, this.#around.clock);
    const running: Running = { execution, done: Promise.resolve() };
    this.#running.set(start.executionArn, running);
    running.done = this.#run(execution);
    try {
      await execution.commit();
    } catch (cause) {
      this.#running.delete(start.executionArn);
      throw cause;
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
    const running = [...this.#running.values()];
    for (const { execution } of running) execution.halt();
    await Promise.all(running.map(({ done }) => done));
    await Promise.all(this.#waking.map((execution) => execution.close()));
  }

  async #run(execution: Execution): Promise<void> {
    try {
      const told = execution.commit().then(() => this.#announce(execution, "RUNNING"));
      await Promise.all([told, runExecution(this.#around, execution)]);
      const { status } = execution.projection;
      if (status === "RUNNING") return;
      await this.#announce(execution, status);
      this.#retire(execution.projection);
    } catch (cause) {
      if (!(cause instanceof Cancelled)) console.error("an execution stopped", cause);
    } finally {
      await execution.close().catch((cause) => console.error("a journal could not be closed", cause));
    }
  }

  async #announce(execution: Execution, status: ExecutionStatus): Promise<void> {
    if (this.#tell) await announce(this.#around, execution, status, this.#tell, this.#closing.signal);
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
    const { status, announced, start } = projection;
    if (status !== "RUNNING" && (!this.#tell || announced.has(status))) {
      await journal.close();
      const age = this.#around.clock.now() - (projection.stoppedAt ?? 0);
      if (age > KEPT_MS) await rm(path);
      else this.#ended.set(start.executionArn, summaryOf(projection));
      return;
    }
    const execution = new Execution(projection, journal, this.#around.clock);
    this.#running.set(start.executionArn, { execution, done: Promise.resolve() });
    this.#waking.push(execution);
  }

  /** Names may hold any letters, and file systems fold some: the file is named by a hash. */
  #path(arn: string): string {
    const name = createHash("sha256").update(arn).digest("hex").slice(0, 40);
    return join(this.#directory ?? "", `${name}.jsonl`);
  }
}

function summaryOf({ start, status, stoppedAt }: Projection): ExecutionSummary {
  const { executionArn, stateMachineArn, name, startedAt } = start;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startedAt,
    ...(stoppedAt !== undefined && { stoppedAt }),
  };
}

/** A journal that is still being opened. */
function deferred(opening: Promise<Journal>): Journal {
  return {
    append: async (record) => (await opening).append(record),
    rewrite: async (records) => (await opening).rewrite(records),
    close: async () => (await opening).close(),
  };
}
