import type { Hook, OutEvent, Subject } from "@callboard/protocol";

/** What is known of an execution: it may end before its first progress arrives. */
export interface ExecutionRecord {
  /** ARN. */
  readonly execution: string;
  readonly subject?: Subject;
  readonly startedAt?: number;
  /** The latest redrive that is known to have begun, counted from 1, and when it did, if somebody told. */
  readonly redrive?: { readonly number: number; readonly at?: number };
  /** How the latest of its runs that is known to have ended did; run 0 is its start, each redrive the next. */
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
   * Adds what is not yet known; what is known stays, but a later redrive or its end takes the place of an earlier one,
   * and when a redrive began is added to it. Returns the record as it then is.
   */
  record(record: ExecutionRecord): Promise<ExecutionRecord>;
}

/** A step whose beginning and end are told by two events that share no more than a key. */
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
  /** Adds what is not yet known of the pair with that key; what is known stays. Returns the pair as it then is. */
  record(key: string, half: Pair): Promise<Pair>;
}

export interface Bus {
  /** Puts events; resolves when all were accepted, after bounded retries of those that were not. */
  put(events: readonly OutEvent[]): Promise<void>;
}

/** What a plugin is told, and what it hands back in place of a task token. */
export interface PluginCall {
  readonly hook: Hook;
  readonly plugin: string;
  readonly handle: string;
  readonly detail: Record<string, unknown>;
  /** The life cycle's execution, by its ARN. */
  readonly execution: string;
}

export interface Plugins {
  /** Asks a plugin, as ServerlessVideo's plugins are asked; resolves when the bus has taken it, after bounded retries. */
  call(call: PluginCall): Promise<void>;
}

/** What became of a task's result or heartbeat at Step Functions. */
export type TaskOutcome =
  | "ok"
  /** Expired or already closed: only the history tells which. */
  | "timed_out"
  /** No such wait. */
  | "missing"
  /** Token or output are not acceptable, and never will be. */
  | "invalid"
  /** Throttled or unreachable: say it again. */
  | "again";

/** What became of a wait, as its execution's history says. */
export type WaitOutcome =
  /** It ended with a result that carries this reply. */
  | "delivered"
  /** It ended in another way, or its execution did. */
  | "gone"
  /** Its end is not in the history (yet). */
  | "unknown"
  /** The history may not be read. */
  | "no_access";

export interface Executions {
  succeed(taskToken: string, output: unknown): Promise<TaskOutcome>;
  heartbeat(taskToken: string): Promise<TaskOutcome>;
  /** Reads the history backwards for the wait of that token, at most a bounded number of pages. */
  waitOutcome(execution: string, taskToken: string, replyId: string): Promise<WaitOutcome>;
}

/** Files in the deployment's bucket. */
export interface Objects {
  /** A URL that anyone can GET until it expires; the same for some minutes, so that browsers can cache. */
  sign(key: string): Promise<{ url: string; expiresAt: number }>;
}

/** JSON Schemas, which come with questions: nothing of one may run as code, or take long. */
export interface AnswerSchemas {
  /** Why answers can never be checked against a schema, in words that name the field; undefined: they can. */
  fault(schema: Record<string, unknown>): Promise<string | undefined>;
  /** Problems of a value against a schema, in words that name the field; empty: it fits. */
  issues(schema: Record<string, unknown>, value: unknown): Promise<string[]>;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after about `ms`. */
  wait(ms: number): Promise<void>;
}

/** Does what was promised for a later time. */
export interface Later {
  /**
   * Has `work` done at `at`, in milliseconds. Where the process ends with its invocation it resolves once it was done;
   * where the process lives on, at once: then whoever promised need not wait, and work that fails is tried again.
   */
  run(at: number, work: () => Promise<void>): Promise<void>;
}

export interface Ids {
  /** A random id of at least 80 bits, in lower-case letters and digits. */
  random(): string;
  /** SHA-256 of a text, in lower-case letters and digits, at least 128 bits of it. */
  hash(text: string): string;
  /** Random digits, each as likely as any other. */
  digits(count: number): string;
  /** 32 random bytes, in base64. */
  secret(): string;
}

/** Structured logs and metrics; never a token, never a person's words. */
export interface Log {
  info(message: string, fields?: Record<string, string | number | boolean>): void;
  warn(message: string, fields?: Record<string, string | number | boolean>): void;
  metric(name: string, value: number, fields?: Record<string, string | number>): void;
}
