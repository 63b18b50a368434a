import * as z from "zod/mini";
import type { RefusalCode } from "./errors.ts";
import { Name, Principal, RequestId } from "./names.ts";
import { AttentionState, Person, StepState, Time, Verb } from "./shared-fields.ts";
import { CandidateValue, ExecutionState, RequestValue } from "./values.ts";

/** The routes of the HTTP API for requests and people, by operation; `{id}` is a request's id. */
export const requestRoutes = {
  listRequests: { method: "GET", path: "/requests" },
  viewRequest: { method: "GET", path: "/requests/{id}" },
  findPeople: { method: "GET", path: "/people" },
  replyToRequest: { method: "POST", path: "/requests/{id}/replies" },
  readHistory: { method: "GET", path: "/history" },
} as const;

export type RequestOperation = keyof typeof requestRoutes;

/** `GET /requests`: the open requests that wait for the caller, the oldest first, at most 100. */
export const RequestList = z.object({ requests: z.array(RequestValue) });
export type RequestList = z.infer<typeof RequestList>;

/** How a person last attended to a request, by their own report; `firstAt` is when they first had it on the screen. */
export const Seen = z.object({
  user: Person,
  state: AttentionState,
  firstAt: Time,
  at: Time,
  /** After this time it no longer counts. */
  until: Time,
});
export type Seen = z.infer<typeof Seen>;

/** `GET /requests/{id}`: a complete request, with its candidates and with who has seen it. */
export const RequestView = z.object({
  request: RequestValue,
  candidates: z.array(CandidateValue),
  seen: z.array(Seen),
});
export type RequestView = z.infer<typeof RequestView>;

/** The longest search text for names, in characters. */
export const LONGEST_SEARCH = 100;

/**
 * `GET /people?request=req_…&name=an`: people whose name or id has words that begin with these letters, sorted by name,
 * at most 20. Names come from tokens; only the id identifies a person.
 */
export const PeopleFound = z.object({ people: z.array(z.object({ id: Principal, name: z.string() })) });
export type PeopleFound = z.infer<typeof PeopleFound>;

/** Entries on a page of a history: the most, and the default. */
export const HISTORY_PAGE = { most: 100, usual: 50 } as const;

/** The id of a history entry; a page of older entries starts there. Opaque. */
export const HistoryId = z.string().check(z.regex(/^\d{16}\.[0-9a-z_.]{1,80}$/, "the `next` of a page"));

const entry = { id: HistoryId, at: Time };
const execution = z.optional(z.string());

/** A report of progress, unless it only changed a percentage. Its texts are cut. */
const ProgressEntry = z.object({
  what: z.literal("progress"),
  ...entry,
  /** The execution, as in keys; absent for progress outside of any execution. */
  execution,
  /** `execution` for a run as a whole. */
  step: Name,
  state: StepState,
  /** Absent for the first attempt. */
  attempt: z.optional(z.int()),
  message: z.optional(z.string()),
  cause: z.optional(z.string()),
});

/** Step Functions reported that a run has ended, or continues by a redrive. */
const ExecutionEntry = z.object({
  what: z.literal("execution"),
  ...entry,
  execution: z.string(),
  state: ExecutionState,
  /** The number of the redrive; absent for the first run. */
  redrive: z.optional(z.int()),
  cause: z.optional(z.string()),
});

/** Facts by their names; their values are in the channels. */
const FactsEntry = z.object({
  what: z.literal("facts"),
  ...entry,
  facts: z.array(
    z.object({ name: Name, label: z.optional(z.string()), removed: z.optional(z.literal(true)) }),
  ),
  /** How many more there were. */
  more: z.optional(z.int()),
});

const CandidatesEntry = z.object({
  what: z.literal("candidates"),
  ...entry,
  thread: Name,
  round: z.int(),
  source: z.optional(z.string()),
  count: z.int(),
});

/** What can happen to a question. */
export const QuestionHappening = z.enum([
  "asked",
  "seen",
  "reminded",
  "escalated",
  "extended",
  "reassigned",
  "erased",
  "answered",
  "relayed",
  "undeliverable",
  "unconfirmed",
  "expired",
  "withdrawn",
  "superseded",
]);
export type QuestionHappening = z.infer<typeof QuestionHappening>;

/** A row of a question's ledger, as it is now. */
const QuestionEntry = z.object({
  what: z.literal("question"),
  ...entry,
  happened: QuestionHappening,
  requestId: RequestId,
  thread: Name,
  round: z.int(),
  /** The prompt of the question, cut. */
  prompt: z.optional(z.string()),
  by: z.optional(Person),
  /** The assignees from then on. */
  assignees: z.optional(z.array(Principal)),
  deadline: z.optional(Time),
  verb: z.optional(Verb),
  /** The title of the candidate in the answer. */
  candidate: z.optional(z.string()),
  comment: z.optional(z.string()),
  reason: z.optional(z.string()),
});

export const HistoryEntry = z.discriminatedUnion("what", [
  ProgressEntry,
  ExecutionEntry,
  FactsEntry,
  CandidatesEntry,
  QuestionEntry,
]);
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/**
 * `GET /history?subject=video/v_1`: what happened to a subject, the newest first. `next` is present if there are
 * earlier entries.
 */
export const HistoryPage = z.object({ entries: z.array(HistoryEntry), next: z.optional(HistoryId) });
export type HistoryPage = z.infer<typeof HistoryPage>;

/** Every code of an HTTP error, with its status and message. */
export const httpErrors = {
  bad_message: { status: 400, message: "the request does not fit the protocol" },
  unauthorized: { status: 401, message: "the token has expired" },
  forbidden: { status: 403, message: "this principal may not do that" },
  not_found: { status: 404, message: "there is no such thing" },
  method_not_allowed: { status: 405, message: "this address needs another method" },
  conflict: { status: 409, message: "the same id was used for something else" },
  nothing_uploaded: { status: 409, message: "a file has not arrived yet" },
  not_redrivable: { status: 409, message: "the execution cannot be redriven from where it ended" },
  code_ended: { status: 410, message: "no code is valid any more: ask for another" },
  too_large: { status: 413, message: "the body is too large" },
  unsupported_media_type: { status: 415, message: "the body has to be application/json" },
  wrong_code: { status: 422, message: "this is not the code that was sent" },
  rate_limited: { status: 429, message: "too many of these within an hour" },
  internal: { status: 500, message: "something went wrong on our side" },
} as const satisfies Record<string, { status: number; message: string }>;

export type HttpErrorCode = keyof typeof httpErrors;

/** The body of an HTTP error. */
export const HttpError = z.object({
  error: z.object({
    code: z.enum(Object.keys(httpErrors) as [HttpErrorCode]),
    message: z.string(),
    details: z.optional(z.record(z.string(), z.unknown())),
  }),
});
export type HttpError = z.infer<typeof HttpError>;

/** The HTTP status of a refused reply; its body is a `ReplyReceipt` nevertheless. */
export const refusalStatus: Readonly<Record<RefusalCode, number>> = {
  already_answered: 409,
  expired: 410,
  withdrawn: 409,
  superseded: 409,
  stale_round: 409,
  stale: 409,
  invalid: 422,
  forbidden: 403,
  not_found: 404,
  rate_limited: 429,
};
