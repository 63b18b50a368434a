import type { Hook, OutEvent, Subject } from "@callboard/protocol";

/** What is known of an execution. Its end may arrive before its first progress. */
export interface ExecutionRecord {
  /** The ARN. */
  readonly execution: string;
  readonly subject?: Subject;
  readonly startedAt?: number;
  /** The latest redrive that is known to have begun, counted from 1, and its time, if an event reported it. */
  readonly redrive?: { readonly number: number; readonly at?: number };
  /** The end of the latest run that is known to have ended. Run 0 is the first, each redrive is the next one. */
  readonly end?: {
    readonly redrive: number;
    readonly state: "succeeded" | "failed" | "timed_out" | "aborted";
    readonly at: number;
    readonly cause?: string;
  };
}

export interface ExecutionStore {
  read(execution: string): Promise<ExecutionRecord | undefined>;
  /**
   * Adds what is not known yet. Known values stay, except that a later redrive, or its end, replaces an earlier one,
   * and the time of a redrive can be added. Returns the resulting record.
   */
  record(record: ExecutionRecord): Promise<ExecutionRecord>;
}

/** A step whose start and end come from two events that have only a key in common. */
export interface Pair {
  readonly begun?: {
    readonly subject: Subject;
    readonly step: string;
    readonly at: number;
    readonly execution?: string;
  };
  readonly ended?: { readonly state: "succeeded" | "failed"; readonly message?: string; readonly at: number };
}

export interface PairStore {
  /** Adds what is not known yet of the pair with that key; known values stay. Returns the resulting pair. */
  record(key: string, half: Pair): Promise<Pair>;
}

export interface Bus {
  /** Puts events; resolves when the bus has accepted all, after a bounded number of retries. */
  put(events: readonly OutEvent[]): Promise<void>;
}

/** What a plugin receives, and the text that it returns in place of a task token. */
export interface PluginCall {
  readonly hook: Hook;
  readonly plugin: string;
  readonly handle: string;
  readonly detail: Record<string, unknown>;
  /** The ARN of the life cycle's execution. */
  readonly execution: string;
}

export interface Plugins {
  /**
   * Asks a plugin, as ServerlessVideo's plugins are asked. Resolves when the bus has accepted it, after a bounded
   * number of retries.
   */
  call(call: PluginCall): Promise<void>;
}

/** The outcome of a task's result or heartbeat at Step Functions. */
export type TaskOutcome =
  | "ok"
  /** Expired or already closed: only the history shows which. */
  | "timed_out"
  /** There is no such wait. */
  | "missing"
  /** The token or the output is not acceptable, and never will be. */
  | "invalid"
  /** Throttled or unreachable: call again. */
  | "again";

/** The outcome of a wait, from its execution's history. */
export type WaitOutcome =
  /** It ended with a result that contains this reply. */
  | "delivered"
  /** It ended in another way, or its execution ended. */
  | "gone"
  /** Its end is not in the history, or not yet. */
  | "unknown"
  /** The history may not be read. */
  | "no_access";

export interface Executions {
  succeed(taskToken: string, output: unknown): Promise<TaskOutcome>;
  heartbeat(taskToken: string): Promise<TaskOutcome>;
  /** Reads the history backwards to find the wait of that token, for a bounded number of pages. */
  waitOutcome(execution: string, taskToken: string, replyId: string): Promise<WaitOutcome>;
}

/** Files in the deployment's bucket. */
export interface Objects {
  /** A URL that anyone can GET until it expires; it stays the same for some minutes, so that browsers can cache. */
  sign(key: string): Promise<{ url: string; expiresAt: number }>;
}

/** JSON Schemas of questions. They are untrusted: nothing in one may run as code, or take long. */
export interface AnswerSchemas {
  /**
   * Why no answer can be checked against this schema, in a text that names the field; undefined: answers can be
   * checked.
   */
  fault(schema: Record<string, unknown>): Promise<string | undefined>;
  /** How a value violates a schema, in texts that name the field; empty: it is valid. */
  issues(schema: Record<string, unknown>, value: unknown): Promise<string[]>;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after about `ms`. */
  wait(ms: number): Promise<void>;
}

/** Runs work that was promised for a later time. */
export interface Later {
  /**
   * Runs `work` at `at`, in milliseconds. In a process that ends with its invocation, the call resolves when the work
   * is done. In a process that lives on, it resolves at once, and work that fails is retried.
   */
  run(at: number, work: () => Promise<void>): Promise<void>;
}

export interface Ids {
  /** A random id of at least 80 bits, in lower-case letters and digits. */
  random(): string;
  /** SHA-256 of a text, in lower-case letters and digits, at least 128 bits of it. */
  hash(text: string): string;
  /** Random digits, uniformly distributed. */
  digits(count: number): string;
  /** 32 random bytes, in base64. */
  secret(): string;
}

/** Structured logs and metrics; never with a token or a text that people wrote. */
export interface Log {
  info(message: string, fields?: Record<string, string | number | boolean>): void;
  warn(message: string, fields?: Record<string, string | number | boolean>): void;
  metric(name: string, value: number, fields?: Record<string, string | number>): void;
}
