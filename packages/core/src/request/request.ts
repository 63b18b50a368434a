import type {
  DefaultReply,
  Hook,
  Labels,
  Person,
  Principal,
  RecordedReply,
  RequestId,
  RequestState,
  Subject,
  Verb,
  Via,
} from "@callboard/protocol";

/** Where a request stands, with what belongs to that. Times are milliseconds since the epoch. */
export type RequestStatus =
  | { readonly state: "open" }
  | {
      readonly state: "answered";
      readonly reply: RecordedReply;
      /** When the relay is tried (again). */
      readonly relayAt: number;
      readonly attempts: number;
    }
  | { readonly state: "relayed"; readonly reply: RecordedReply; readonly at: number }
  | {
      readonly state: "undeliverable" | "unconfirmed";
      readonly reply: RecordedReply;
      readonly at: number;
      readonly reason: string;
    }
  | { readonly state: "expired"; readonly at: number }
  | { readonly state: "withdrawn"; readonly at: number; readonly reason: string }
  | { readonly state: "superseded"; readonly at: number; readonly by: RequestId };

/** The plugin whose turn it is: no question to people, and shown to none. */
export interface PluginTurn {
  readonly hook: Hook;
  readonly name: string;
  /** The source of the event in which it answers. */
  readonly source: string;
}

/**
 * A question to people, or a plugin's turn in the life cycle of its subject, as it is kept. `version` rises by one with
 * each change of `status`.
 */
export interface FeedbackRequest {
  readonly id: RequestId;
  /** Of a turn alone. */
  readonly plugin?: PluginTurn;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  /** `[redriveCount, round, retryCount]`. */
  readonly order: readonly number[];
  /**
   * How many questions of this order one after the other took the place of the one before it, up to this one: nobody
   * said which is the newest, so that they were meant to stand side by side.
   */
  readonly sharing?: number;
  /** The execution's ARN. */
  readonly execution: string;
  readonly title?: string;
  readonly prompt: string;
  readonly lang?: string;
  readonly labels?: Labels;
  readonly verbs: readonly Verb[];
  /** Ids of the candidates that came with the question. */
  readonly candidates: readonly string[];
  readonly schema?: Record<string, unknown>;
  readonly assignees: readonly Principal[];
  readonly maxRounds?: number;
  readonly default?: DefaultReply;
  readonly askedAt: number;
  /** When the state machine stops waiting. */
  readonly timeoutAt?: number;
  /** When we stop waiting: a safe margin before `timeoutAt`. */
  readonly deadline?: number;
  /** Stands for what is shown of it: prompt, candidates, schema and round. */
  readonly digest: string;
  /** When one of those it is put to first had it on the screen, since it is put to them. */
  readonly seenAt?: number;
  /** How long after they are asked people are told elsewhere who have not opened it; undefined: never. */
  readonly notifyAfterMs?: number;
  /** When they are told (again), if anybody still is to be. */
  readonly notifyAt?: number;
  /** When those who were asked are reminded; undefined once they were. */
  readonly remindAt?: number;
  readonly remindedAt?: number;
  /** When further people are asked, and who; undefined once they were. */
  readonly escalate?: { readonly at: number; readonly to: readonly Principal[] };
  /** Who was asked before a reassignment: the request leaves their inboxes. */
  readonly formerAssignees?: readonly Principal[];
  readonly probeEveryMs: number;
  readonly probeAt: number;
  readonly status: RequestStatus;
  readonly version: number;
  /** What made `version` rise last. */
  readonly last?: Happening;
  /** When `version` last rose. */
  readonly changedAt: number;
  /** The last version that was told to the channels; 0 when none was. */
  readonly announced: number;
  /** The last version that whoever listens on the bus was told of, where that is more than `announced`. */
  readonly published?: number;
}

/** What can happen to a request: each is one version on, and one row in the ledger. */
export type Happening =
  | "asked"
  /** For the first time by one of those who were asked. */
  | "seen"
  | "reminded"
  | "escalated"
  | "extended"
  | "reassigned"
  /** Somebody's name and words were taken out of it. */
  | "erased"
  | Exclude<RequestState, "open">;

/** By which way somebody acted, and from which device: a connection's id, or what an HTTP client calls itself. */
export interface Origin {
  readonly way: Via;
  readonly device: string;
}

/** A candidate as people saw it. */
export interface ShownCandidate {
  readonly id: string;
  readonly title: string;
}

/** One row of the append-only ledger: who did what, when, by which way, on which round. */
export interface LedgerEntry {
  readonly n: number;
  readonly at: number;
  readonly what: Happening;
  readonly round: number;
  readonly by?: Person;
  readonly origin?: Origin;
  readonly reply?: RecordedReply;
  /** The candidates that were to choose from. */
  readonly candidates?: readonly string[];
  /** The same as they were shown when it was asked: their items may be gone by the time somebody wants to know. */
  readonly shown?: readonly ShownCandidate[];
  /** Who was asked from then on. */
  readonly assignees?: readonly Principal[];
  readonly deadline?: number;
  readonly reason?: string;
}

/** One step in a request's life, from the version it was decided on. */
export interface Transition {
  readonly from: number;
  readonly request: FeedbackRequest;
  readonly ledger?: LedgerEntry;
}

/** What is noted on a request and leaves its version as it is. */
export interface RequestNote {
  readonly announced?: number;
  readonly published?: number;
  readonly probeAt?: number;
  /** Counts only if it is still due at `from`; undefined: nobody is to be told any more. */
  readonly notify?: { readonly from: number; readonly at: number | undefined };
  /** Of an answered request. */
  readonly relay?: { readonly at: number; readonly attempts: number };
}

/** The request with a note made on it. */
export function noteOn(request: FeedbackRequest, note: RequestNote): FeedbackRequest {
  const { status } = request;
  const { notifyAt, published: _, ...rest } = request;
  const notify = note.notify && notifyAt === note.notify.from ? note.notify.at : notifyAt;
  const announced = Math.max(request.announced, note.announced ?? 0);
  const published = Math.max(publishedOf(request), note.published ?? 0);
  return {
    ...rest,
    ...(notify === undefined ? {} : { notifyAt: notify }),
    announced,
    ...(published > announced ? { published } : {}),
    probeAt: note.probeAt ?? request.probeAt,
    status:
      note.relay && status.state === "answered"
        ? { ...status, relayAt: note.relay.at, attempts: note.relay.attempts }
        : status,
  };
}

/** The last version that whoever listens on the bus was told of. */
export const publishedOf = ({ published, announced }: FeedbackRequest): number =>
  Math.max(published ?? 0, announced);

/** When a request was closed; undefined while it is open or its answer is on the way. */
export const closedAt = ({ status }: FeedbackRequest): number | undefined =>
  "at" in status ? status.at : undefined;

/** The reply that a request has, if it has one. */
export const replyOf = (request: FeedbackRequest): RecordedReply | undefined =>
  "reply" in request.status ? request.status.reply : undefined;

/** Compares `[redriveCount, round, retryCount]` place by place. */
export function compareOrders(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
