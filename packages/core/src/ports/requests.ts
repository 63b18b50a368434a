import type { AttentionState, Person, Principal, RequestId, Subject } from "@callboard/protocol";
import type { FeedbackRequest, LedgerEntry, RequestNote, Transition } from "../request/request.ts";
import type { Due } from "./wakeups.ts";

/** A line of questions: one execution's about one subject. */
export interface Thread {
  readonly execution: string;
  readonly subject: Subject;
  readonly thread: string;
}

/** The request that is current in a thread. */
export interface ThreadHead extends Thread {
  readonly requestId: RequestId;
  readonly order: readonly number[];
}

/** A question to be stored: all of it in one transaction. */
export interface Asking {
  readonly request: FeedbackRequest;
  readonly taskToken: string;
  /** What the plugin is told whose turn it is. */
  readonly detail?: Record<string, unknown>;
  readonly ledger: LedgerEntry;
  /** The thread's head that this was decided on, and the one after; `after` undefined: the head stays. */
  readonly thread: { readonly before: ThreadHead | undefined; readonly after: ThreadHead | undefined };
  /** The older request that this one supersedes. */
  readonly supersedes?: Transition;
}

export interface RequestStore {
  /** Reads a request, strongly. */
  read(id: RequestId): Promise<FeedbackRequest | undefined>;
  readThread(thread: Thread): Promise<ThreadHead | undefined>;
  /** The heads of all threads of an execution, read strongly. */
  threads(execution: string): Promise<ThreadHead[]>;
  /**
   * Stores request, token row, assignee rows, ledger row and thread head, and what a plugin is told. `exists`: the request was stored before;
   * `conflict`: the thread's head or the superseded request is not as it was read.
   */
  ask(asking: Asking): Promise<"stored" | "exists" | "conflict">;
  /** Moves a request on if it still has the version `from`; the loser gets the request as it is now. */
  move(transition: Transition): Promise<{ won: true } | { won: false; current: FeedbackRequest | undefined }>;
  /**
   * Notes what leaves the version as it is, and computes `due` anew: that a version was told to the channels or the bus,
   * when the next probe, relay or notice is due. False, and nothing noted: the request has moved on from `request.version`.
   */
  note(request: FeedbackRequest, note: RequestNote): Promise<boolean>;
  /** Open requests that were put to a principal, the oldest first, from an (eventually consistent) index. */
  openFor(principal: Principal, limit: number): Promise<RequestId[]>;
  /** Every request of an execution, in the order in which they were asked, from an (eventually consistent) index. */
  ofExecution(execution: string): Promise<RequestId[]>;
  /** What happened to a request as it came to a version, read strongly. */
  ledgerEntry(id: RequestId, n: number): Promise<LedgerEntry | undefined>;
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

/** Requests and audiences lie apart, so that neither can crowd the other out. */
export type DueKind = "request" | "audience";

/** Something that falls due, with its time. */
export type Dated = Due & { readonly at: number };

/** What the row of something that may be due says; `due` is missing when nothing is, `version` is a request's. */
export type DueRow = Due & { readonly due?: number; readonly version?: number };

/** What is due, of each kind in `duePartitions` partitions. */
export interface DueStore {
  /**
   * What of a kind is due until a time, in one partition of an (eventually consistent) index: the earliest first, from
   * behind `after`. Fewer than `limit`: there is no more.
   */
  due(kind: DueKind, partition: number, until: number, limit: number, after?: Dated): Promise<Dated[]>;
  /** The rows of these (at most 100), read strongly; those that are not there are left out. */
  read(dues: readonly Due[]): Promise<DueRow[]>;
  /**
   * How many requests of a partition something is still to happen to by itself: those that are open or answered, and
   * those whose end was not told yet; of very many at least some thousands.
   */
  waiting(partition: number): Promise<number>;
}

/** Partitions of the due index, of each kind. */
export const duePartitions = 8;

/** What somebody does about a request, as they last said over one connection. */
export interface Attention {
  readonly requestId: RequestId;
  readonly user: Person;
  /** Absent once that connection is closed: what is left of all of a person's that are is one. */
  readonly connectionId?: string;
  readonly state: AttentionState;
  readonly at: number;
  /** It means nothing any more after this time. */
  readonly until: number;
  /** When this person first had it on the screen. */
  readonly firstAt: number;
}

export interface AttentionStore {
  /** Keeps what a person said last over a connection (by `at`), with the `firstAt` of the first time. */
  put(attention: Attention): Promise<void>;
  /**
   * The connection is closed: whoever attended over it left at `now`, which is kept, once a person, with their earliest
   * `firstAt`. Answers the requests that somebody attended to until now. Found by an index: what was just written may be
   * missed, and means nothing any more after its `until`.
   */
  leave(connectionId: string, now: number): Promise<RequestId[]>;
  /** Everyone who ever attended to the request, by each of their connections, read strongly. */
  of(id: RequestId): Promise<Attention[]>;
  /** Requests that a user ever attended to, from an (eventually consistent) index. */
  attendedBy(principal: Principal): AsyncIterable<RequestId>;
  /**
   * Puts the attention of somebody else in the place of all that a user has to a request, of which there is some; it is
   * found by neither. Idempotent.
   */
  replace(former: readonly Attention[], attention: Attention): Promise<void>;
}

/** What plugins are told, beside their turns. */
export interface TurnStore {
  /** What a turn's plugin is told, read strongly; undefined where it is no turn. */
  detail(id: RequestId): Promise<Record<string, unknown> | undefined>;
}

/** Task tokens; only the relay reads them. */
export interface TokenVault {
  /** Reads a request and its task token in one strong read. */
  open(id: RequestId): Promise<{ request: FeedbackRequest; taskToken: string } | undefined>;
}

/** How often people were refused lately. */
export interface RefusalCounter {
  /** Counts a refusal of a user, and answers how many there were in the minute that `now` lies in, this one included. */
  count(userId: string, now: number): Promise<number>;
  /** How many there were in that minute; nothing is counted. */
  soFar(userId: string, now: number): Promise<number>;
}
