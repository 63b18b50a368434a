import type { AttentionState, Person, Principal, RequestId, Subject } from "@callboard/protocol";
import type { FeedbackRequest, LedgerEntry, RequestNote, Transition } from "../request/request.ts";
import type { Due } from "./wakeups.ts";

/** A series of questions: those of one execution about one subject under one name. */
export interface Thread {
  readonly execution: string;
  readonly subject: Subject;
  readonly thread: string;
}

/** The current request of a thread. */
export interface ThreadHead extends Thread {
  readonly requestId: RequestId;
  readonly order: readonly number[];
}

/** A question to be stored, in one transaction. */
export interface Asking {
  readonly request: FeedbackRequest;
  readonly taskToken: string;
  /** For a plugin's turn: what the plugin is sent. */
  readonly detail?: Record<string, unknown>;
  readonly ledger: LedgerEntry;
  /** The thread's head on which this was decided, and the next one; `after` undefined: the head stays unchanged. */
  readonly thread: { readonly before: ThreadHead | undefined; readonly after: ThreadHead | undefined };
  /** The transition of an older request that this one supersedes. */
  readonly supersedes?: Transition;
}

export interface RequestStore {
  /** Reads a request, strongly. */
  read(id: RequestId): Promise<FeedbackRequest | undefined>;
  readThread(thread: Thread): Promise<ThreadHead | undefined>;
  /** The heads of all threads of an execution, read strongly. */
  threads(execution: string): Promise<ThreadHead[]>;
  /**
   * Stores the request with its token row, assignee rows, ledger row and thread head, and what a plugin is sent.
   * `exists`: the request was stored before. `conflict`: the thread's head or the superseded request has changed since
   * it was read.
   */
  ask(asking: Asking): Promise<"stored" | "exists" | "conflict">;
  /** Writes a transition if the request still has the version `from`; otherwise returns the request as it is now. */
  move(transition: Transition): Promise<{ won: true } | { won: false; current: FeedbackRequest | undefined }>;
  /**
   * Writes a note, which leaves the version unchanged, and computes `due` again: that a version was announced or
   * published, or when the next probe, relay or notice is due. False: nothing was written, because the request has a
   * newer version than `request.version`.
   */
  note(request: FeedbackRequest, note: RequestNote): Promise<boolean>;
  /** Open requests that are assigned to a principal, the oldest first, from an (eventually consistent) index. */
  openFor(principal: Principal, limit: number): Promise<RequestId[]>;
  /** Every request of an execution, in the order of asking, from an (eventually consistent) index. */
  ofExecution(execution: string): Promise<RequestId[]>;
  /** The ledger row of one version of a request, read strongly. */
  ledgerEntry(id: RequestId, n: number): Promise<LedgerEntry | undefined>;
  /** All ledger rows of a request, in order. Rows are only added; `redact` is the one exception. */
  ledger(id: RequestId): Promise<LedgerEntry[]>;
  /**
   * Requests on which a principal ever acted or for which they were asked, each at least once, from an (eventually
   * consistent) index. Redacted ledger rows and released principals no longer lead to a request.
   */
  touchedBy(principal: Principal): AsyncIterable<RequestId>;
  /**
   * Replaces a ledger row that contains a person by one without them. Idempotent; a row that no longer exists is not
   * written again.
   */
  redact(id: RequestId, entry: LedgerEntry): Promise<void>;
  /** Removes the row that says that a principal was asked, by which `touchedBy` finds the request. Idempotent. */
  release(id: RequestId, principal: Principal): Promise<void>;
}

/** Requests and counts of viewers are kept apart, so that many of one kind do not delay the other. */
export type DueKind = "request" | "audience";

/** Something that is scheduled, with its time. */
export type Dated = Due & { readonly at: number };

/** The row of something that may be due. `due` is missing when nothing is scheduled; `version` is set for a request. */
export type DueRow = Due & { readonly due?: number; readonly version?: number };

/** Everything that is scheduled; each kind has `DUE_PARTITIONS` partitions. */
export interface DueStore {
  /**
   * What of a kind is due until a time, in one partition of an (eventually consistent) index: the earliest first,
   * starting after `after`. Fewer than `limit` means that there is no more.
   */
  due(kind: DueKind, partition: number, until: number, limit: number, after?: Dated): Promise<Dated[]>;
  /** The rows of these (at most 100), read strongly; those that do not exist are missing. */
  read(dues: readonly Due[]): Promise<DueRow[]>;
  /**
   * How many requests of a partition have something scheduled: those that are open or answered, and those whose end was
   * not announced yet. If there are very many, it counts at least some thousands.
   */
  waiting(partition: number): Promise<number>;
}

/** Partitions of the due index, of each kind. */
export const DUE_PARTITIONS = 8;

/** What a person does about a request, as they last reported over one connection. */
export interface Attention {
  readonly requestId: RequestId;
  readonly user: Person;
  /** Absent once that connection is closed: the closed connections of a person share one record. */
  readonly connectionId?: string;
  readonly state: AttentionState;
  readonly at: number;
  /** After this time it no longer counts. */
  readonly until: number;
  /** When this person first had it on the screen. */
  readonly firstAt: number;
}

export interface AttentionStore {
  /** Stores the latest report (by `at`) of a person over a connection; `firstAt` stays that of the first one. */
  put(attention: Attention): Promise<void>;
  /**
   * The connection is closed: its users left at `now`. That is stored once for each person, with their earliest
   * `firstAt`. Returns the requests that had their attention until now. Uses an index, which may miss recent writes;
   * those stop counting after their `until`.
   */
  leave(connectionId: string, now: number): Promise<RequestId[]>;
  /** The attention of everybody who ever looked at the request, by connection, read strongly. */
  of(id: RequestId): Promise<Attention[]>;
  /** Requests that ever had a user's attention, from an (eventually consistent) index. */
  attendedBy(principal: Principal): AsyncIterable<RequestId>;
  /**
   * Replaces all attention records of a user for one request, of which there is at least one, by that of a pseudonym;
   * no principal finds the new record. Idempotent.
   */
  replace(former: readonly Attention[], attention: Attention): Promise<void>;
}

/** What plugins are sent, stored beside their turns. */
export interface TurnStore {
  /** What the plugin of a turn is sent, read strongly; undefined if the request is not a turn. */
  detail(id: RequestId): Promise<Record<string, unknown> | undefined>;
}

/** Task tokens; only the relay reads them. */
export interface TokenVault {
  /** Reads a request and its task token in one strong read. */
  open(id: RequestId): Promise<{ request: FeedbackRequest; taskToken: string } | undefined>;
}

/** How often people were refused recently. */
export interface RefusalCounter {
  /** Counts a refusal of a user, and returns how many there were in the minute of `now`, this one included. */
  count(userId: string, now: number): Promise<number>;
  /** The same number, without counting. */
  soFar(userId: string, now: number): Promise<number>;
}
