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

/** The state of a request, with the fields of that state. Times are milliseconds since the epoch. */
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

/** The plugin of a turn. A turn is a request to a plugin, and is not shown to people. */
export interface PluginTurn {
  readonly hook: Hook;
  readonly name: string;
  /** The event source by which the plugin answers. */
  readonly source: string;
}

/**
 * A question to people, or a plugin's turn in the life cycle of its subject, as it is stored. `version` increases by
 * one with each change of `status`.
 */
export interface FeedbackRequest {
  readonly id: RequestId;
  /** Set for a turn. */
  readonly plugin?: PluginTurn;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  /** `[redriveCount, round, retryCount]`. */
  readonly order: readonly number[];
  /**
   * How many questions in a row, up to this one, had the same order, so that each superseded the one before it. The order
   * does not say which is the newest, so they were probably meant to be open at the same time.
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
  /** When the question is closed: some time before `timeoutAt`. */
  readonly deadline?: number;
  /** Identifies what is shown of it: prompt, candidates, schema and round. */
  readonly digest: string;
  /** When one of its assignees first had it on the screen, since they were assigned. */
  readonly seenAt?: number;
  /** After how long to notify assignees, by mail or webhook, if nobody has opened it; undefined: never. */
  readonly notifyAfterMs?: number;
  /** When the next notices are due; undefined: none. */
  readonly notifyAt?: number;
  /** When assignees are reminded; undefined once they were. */
  readonly remindAt?: number;
  readonly remindedAt?: number;
  /** When further people are asked, and who; undefined once they were. */
  readonly escalate?: { readonly at: number; readonly to: readonly Principal[] };
  /** Assignees before a reassignment: the request is removed from their inboxes. */
  readonly formerAssignees?: readonly Principal[];
  readonly probeEveryMs: number;
  readonly probeAt: number;
  readonly status: RequestStatus;
  readonly version: number;
  /** What last increased `version`. */
  readonly last?: Happening;
  /** When `version` last increased. */
  readonly changedAt: number;
  /** The last version that was announced in the channels; 0 if none was. */
  readonly announced: number;
  /** The last version that was published on the bus, if it is more than `announced`. */
  readonly published?: number;
}

/** What can happen to a request: each increases its version by one, and is one row in the ledger. */
export type Happening =
  | "asked"
  /** The first time that one of the assignees saw it. */
  | "seen"
  | "reminded"
  | "escalated"
  | "extended"
  | "reassigned"
  /** A person's name and texts were removed. */
  | "erased"
  | Exclude<RequestState, "open">;

/** How a person acted, and from which device: the id of a connection, or the name that an HTTP client gives itself. */
export interface Origin {
  readonly way: Via;
  readonly device: string;
}

/** A candidate as people saw it. */
export interface ShownCandidate {
  readonly id: string;
  readonly title: string;
}

/** One row of the append-only ledger: who did what, when, how, and in which round. */
export interface LedgerEntry {
  readonly n: number;
  readonly at: number;
  readonly what: Happening;
  readonly round: number;
  readonly by?: Person;
  readonly origin?: Origin;
  readonly reply?: RecordedReply;
  /** Ids of the candidates that were offered. */
  readonly candidates?: readonly string[];
  /** The same candidates as they were shown when it was asked: their items may be gone when the ledger is read. */
  readonly shown?: readonly ShownCandidate[];
  /** The assignees from then on. */
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

/** A note on a request, which leaves its version unchanged. */
export interface RequestNote {
  readonly announced?: number;
  readonly published?: number;
  readonly probeAt?: number;
  /** Applies only if the notice is still due at `from`; undefined: nobody must be notified any more. */
  readonly notify?: { readonly from: number; readonly at: number | undefined };
  /** For an answered request. */
  readonly relay?: { readonly at: number; readonly attempts: number };
}

/** The request with a note added. */
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

/** The last version that was published on the bus. */
export const publishedOf = ({ published, announced }: FeedbackRequest): number =>
  Math.max(published ?? 0, announced);

/** When a request was closed; undefined while it is open or its answer is on the way. */
export const closedAt = ({ status }: FeedbackRequest): number | undefined =>
  "at" in status ? status.at : undefined;

/** The reply that a request has, if it has one. */
export const replyOf = (request: FeedbackRequest): RecordedReply | undefined =>
  "reply" in request.status ? request.status.reply : undefined;

/** Compares `[redriveCount, round, retryCount]`, number by number. */
export function compareOrders(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
