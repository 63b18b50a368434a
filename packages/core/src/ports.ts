import type { AttentionState, Channel, OutEvent, Person, Principal, RequestId } from "@callboard/protocol";
import type {
  AudienceStore,
  ChannelStore,
  ConnectionStore,
  SubscriptionStore,
} from "./ports/channel-ports.ts";
import type { ExecutionRecord } from "./progress/execution-record.ts";
import type { RefusalCounter } from "./request/refusal-counter.ts";
import type { FeedbackRequest, LedgerEntry } from "./request/request.ts";

export * from "./ports/channel-ports.ts";

/** The request that is current in a thread of an execution. */
export interface ThreadHead {
  readonly execution: string;
  readonly thread: string;
  readonly requestId: RequestId;
  readonly order: readonly number[];
}

/** A question to be stored: all of it in one transaction. */
export interface Asking {
  readonly request: FeedbackRequest;
  readonly taskToken: string;
  readonly ledger: LedgerEntry;
  /** The thread's head that this was decided on, and the one after; `after` undefined: the head stays. */
  readonly thread: { readonly before: ThreadHead | undefined; readonly after: ThreadHead | undefined };
  /** The older request that this one supersedes. */
  readonly supersedes?: Transition;
}

/** One step in a request's life, from the version it was decided on. */
export interface Transition {
  readonly from: number;
  readonly request: FeedbackRequest;
  readonly ledger?: LedgerEntry;
}

export interface RequestStore {
  /** Reads a request, strongly. */
  read(id: RequestId): Promise<FeedbackRequest | undefined>;
  readThread(execution: string, thread: string): Promise<ThreadHead | undefined>;
  /** The heads of all threads of an execution, read strongly. */
  threads(execution: string): Promise<ThreadHead[]>;
  /**
   * Stores request, token row, assignee rows, ledger row and thread head. `exists`: the request was stored before;
   * `conflict`: the thread's head or the superseded request is not as it was read.
   */
  ask(asking: Asking): Promise<"stored" | "exists" | "conflict">;
  /** Moves a request on if it still has the version `from`; the loser gets the request as it is now. */
  move(transition: Transition): Promise<{ won: true } | { won: false; current: FeedbackRequest | undefined }>;
  /**
   * Notes what leaves the version as it is, and computes `due` anew: that a version was told to the channels, when the
   * next probe or relay is due. False, and nothing noted: the request has moved on from `request.version`.
   */
  note(request: FeedbackRequest, note: RequestNote): Promise<boolean>;
  /** Open requests that were put to a principal, the oldest first, from an (eventually consistent) index. */
  openFor(principal: Principal, limit: number): Promise<RequestId[]>;
  /** Every request of an execution, in the order in which they were asked. */
  ofExecution(execution: string): Promise<RequestId[]>;
  /** What happened to a request, in order. The rows are only ever added, but for `redact`. */
  ledger(id: RequestId): Promise<LedgerEntry[]>;
  /**
   * Requests that a principal ever acted on or was asked, each at least once, from an (eventually consistent) index;
   * an entry that was redacted, or a principal that was released, no longer leads to them.
   */
  touchedBy(principal: Principal): AsyncIterable<RequestId>;
  /** Puts a ledger row without somebody in the place of the one with them. Idempotent; a row that is gone stays so. */
  redact(id: RequestId, entry: LedgerEntry): Promise<void>;
  /** Forgets that a principal was asked, which is how `touchedBy` finds the request. Idempotent. */
  release(id: RequestId, principal: Principal): Promise<void>;
}

export interface RequestNote {
  readonly announced?: number;
  readonly probeAt?: number;
  /** Of an answered request. */
  readonly relay?: { readonly at: number; readonly attempts: number };
}

/** What is due, from one of the `duePartitions` of an (eventually consistent) index. */
export interface DueStore {
  due(partition: number, now: number, limit: number): Promise<Due[]>;
  /**
   * How many requests of a partition something is still to happen to by itself: those that are open or answered, and
   * those whose end was not told yet; of very many at least some thousands.
   */
  waiting(partition: number): Promise<number>;
}

export type Due = { readonly request: RequestId } | { readonly audience: Channel };

/** Partitions of the due index. */
export const duePartitions = 8;

/** What somebody does about a request, as they last said. */
export interface Attention {
  readonly requestId: RequestId;
  readonly user: Person;
  readonly state: AttentionState;
  readonly at: number;
  /** It means nothing any more after this time. */
  readonly until: number;
  /** When this person first had it on the screen. */
  readonly firstAt: number;
}

export interface AttentionStore {
  /** Keeps what a person said last (by `at`), with the `firstAt` of the first time. */
  put(attention: Attention): Promise<void>;
  /** Everyone who ever attended to the request, read strongly. */
  of(id: RequestId): Promise<Attention[]>;
  /** Requests that a user ever attended to, from an (eventually consistent) index. */
  attendedBy(principal: Principal): AsyncIterable<RequestId>;
  /** Puts the attention of somebody else in the place of a user's, in one step; it is found by neither. Idempotent. */
  replace(userId: string, attention: Attention): Promise<void>;
}

/** Task tokens; only the relay reads them. */
export interface TokenVault {
  /** Reads a request and its task token in one strong read. */
  open(id: RequestId): Promise<{ request: FeedbackRequest; taskToken: string } | undefined>;
}

export type { ExecutionRecord };

export interface ExecutionStore {
  read(execution: string): Promise<ExecutionRecord | undefined>;
  /**
   * Adds what is not yet known; what is known stays, but a later redrive or its end takes the place of an earlier one,
   * and a redrive learns when it began. Returns the record as it then is.
   */
  learn(record: ExecutionRecord): Promise<ExecutionRecord>;
}

/**
 * What became of one post. `gone`: the connection does not exist any more; `throttled`: the gateway or the client's
 * buffer is full; `failed`: it may or may not have arrived.
 */
export type PostOutcome = "sent" | "gone" | "throttled" | "too_large" | "failed";

/** Posts one text to one connection after another, one try each. Never throws for one connection's sake. */
export type Post = (connectionId: string) => Promise<PostOutcome>;

export interface Sender {
  /** Prepares a text once, to be posted to any number of connections. */
  prepare(text: string): Post;
}

export interface Bus {
  /** Puts events; resolves when all were accepted, after bounded retries of those that were not. */
  put(events: readonly OutEvent[]): Promise<void>;
}

/** What Step Functions said to a task's result or heartbeat. */
export type TaskWord =
  | "ok"
  /** Expired or already closed: only the history tells which. */
  | "timed_out"
  /** No such wait. */
  | "missing"
  /** Token or output are not acceptable, and never will be. */
  | "invalid"
  /** Throttled or unreachable: say it again. */
  | "again";

/** What an execution's history says of a wait. */
export type WaitFate =
  /** It ended with a result that carries this reply. */
  | "delivered"
  /** It ended in another way, or its execution did. */
  | "gone"
  /** Its end is not in the history (yet). */
  | "unknown"
  /** The history may not be read. */
  | "no_access";

export interface Executions {
  succeed(taskToken: string, output: unknown): Promise<TaskWord>;
  heartbeat(taskToken: string): Promise<TaskWord>;
  /** Reads the history backwards for the wait of that token, at most a bounded number of pages. */
  fate(execution: string, taskToken: string, replyId: string): Promise<WaitFate>;
}

/** Files in the deployment's bucket. */
export interface Objects {
  /** A URL that anyone can GET until it expires; the same for some minutes, so that browsers can cache. */
  sign(key: string): Promise<{ url: string; expiresAt: number }>;
}

export interface AnswerSchemas {
  /** Problems of a value against a JSON Schema, in words that name the field; empty: it fits. */
  issues(schema: Record<string, unknown>, value: unknown): string[];
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after about `ms`. */
  wait(ms: number): Promise<void>;
}

export interface Ids {
  /** A random id of at least 80 bits, in lower-case letters and digits. */
  random(): string;
  /** SHA-256 of a text, in lower-case letters and digits, at least 128 bits of it. */
  hash(text: string): string;
}

/** Structured logs and metrics; never a token, never a person's words. */
export interface Log {
  info(message: string, fields?: Record<string, string | number | boolean>): void;
  warn(message: string, fields?: Record<string, string | number | boolean>): void;
  metric(name: string, value: number, fields?: Record<string, string | number>): void;
}

/** All that the domain needs from outside. */
export interface Ports {
  readonly channels: ChannelStore;
  readonly subscriptions: SubscriptionStore;
  readonly audiences: AudienceStore;
  readonly dues: DueStore;
  readonly connections: ConnectionStore;
  readonly requests: RequestStore;
  readonly attention: AttentionStore;
  readonly refusals: RefusalCounter;
  readonly tokens: TokenVault;
  readonly executionRecords: ExecutionStore;
  readonly sender: Sender;
  readonly bus: Bus;
  readonly executions: Executions;
  readonly objects: Objects;
  readonly schemas: AnswerSchemas;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}
