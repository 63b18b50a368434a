import {
  boundedIssues,
  defined,
  limits,
  type Person,
  type Principal,
  type RecordedReply,
  type RefusalCode,
  type ReplyBody,
  type RequestId,
  seconds,
} from "@callboard/protocol";
import { isReserved, RESERVED_RULE } from "../access/principal.ts";
import { GRACE_MS, latestDeadline } from "./agenda.ts";
import { isSameReply, replyIssues, storedAnswer } from "./reply-rules.ts";
import {
  type FeedbackRequest,
  type Happening,
  type LedgerEntry,
  type Origin,
  type RequestStatus,
  replyOf,
  type Transition,
} from "./request.ts";

/** Who made a change, and how; automatic changes have no actor. */
export interface Actor {
  readonly by: Person;
  readonly origin?: Origin;
}

/** The author of what happens at a deadline: the default answer, or the expiry. */
export const system = { id: "system", name: "system" } as const;

/** A refused action, and why. */
export interface Refusal {
  readonly decision: "refuse";
  readonly code: RefusalCode;
  readonly details?: Record<string, unknown>;
}

/** The decision about an action on a request. */
export type Decision =
  | { readonly decision: "accept"; readonly transition: Transition }
  | { readonly decision: "repeat" }
  | Refusal;

/** The request gets a new version. */
export const accept = (transition: Transition) => ({ decision: "accept", transition }) as const;
/** The request stays unchanged: it already is as requested. */
export const repeat = { decision: "repeat" } as const;
/** The request stays unchanged; the caller gets the reason. */
export const refuse = (code: RefusalCode, details?: Record<string, unknown>): Refusal =>
  defined({ decision: "refuse", code, details });

/** The refusal of any action on a closed request; undefined while it is open. */
export function closedRefusal(request: FeedbackRequest, now: number): Refusal | undefined {
  const { status, deadline } = request;
  switch (status.state) {
    case "open":
      return now >= (deadline ?? Infinity) ? refuse("expired") : undefined;
    case "answered":
    case "relayed":
    case "undeliverable":
    case "unconfirmed": {
      const { by, at, verb, via } = status.reply;
      return refuse("already_answered", defined({ by, at, verb, via }));
    }
    case "expired":
      return refuse("expired");
    case "withdrawn":
      return refuse("withdrawn", { reason: status.reason });
    case "superseded":
      return refuse("superseded", { requestId: status.by });
  }
}

/**
 * Decides whether a reply may answer a request. The caller checks before who may answer at all, and whether the value
 * fits the request's schema.
 */
export function decideReply(
  request: FeedbackRequest,
  reply: ReplyBody,
  { by, origin }: Actor,
  now: number,
  schemaIssues: readonly string[],
): Decision {
  const before = replyOf(request);
  if (before?.replyId === reply.replyId && before.by.id === by.id && isSameReply(request, before, reply))
    return repeat;
  const closed = closedRefusal(request, now);
  if (closed) return closed;
  if (reply.round !== request.round) return refuse("stale_round", { round: request.round });
  if (reply.digest !== undefined && reply.digest !== request.digest)
    return refuse("stale", { digest: request.digest });
  const issues = replyIssues(request, reply, schemaIssues);
  if (issues.length > 0) return refuse("invalid", { issues: boundedIssues(issues) });
  return accept(
    answer(
      request,
      defined({
        ...storedAnswer(request, reply),
        replyId: reply.replyId,
        round: reply.round,
        by,
        via: origin?.way,
        digest: request.digest,
        at: now,
      }),
      now,
      origin,
    ),
  );
}

/**
 * Moves the deadline to a later or earlier time within the state's timeout; without a timeout, within the longest wait
 * that AWS allows.
 */
export function decideExtension(
  request: FeedbackRequest,
  deadline: number,
  actor: Actor,
  now: number,
): Decision {
  const closed = closedRefusal(request, now);
  if (closed) return closed;
  if (deadline === request.deadline) return repeat;
  const { askedAt, timeoutAt } = request;
  const latest =
    timeoutAt === undefined ? now + seconds(limits.timeoutSeconds) : latestDeadline(askedAt, timeoutAt);
  const issues = [
    ...(deadline <= now ? ["deadline: has passed"] : []),
    ...(deadline > latest ? [`deadline: the workflow waits until ${latest}`] : []),
  ];
  if (issues.length > 0) return refuse("invalid", { issues, latest });
  return accept(amend(request, { deadline }, "extended", now, actor));
}

/**
 * A transaction takes a hundred actions. A question (5 rows, 20 assignees) may close the one before it (2 rows), with
 * all present and former assignees of that one: 39 at most who are asked, and these.
 */
const MAX_FORMER_ASSIGNEES = 33;

/** Assigns the request to other people; `seenAt` starts again, because none of them has seen it. */
export function decideReassignment(
  request: FeedbackRequest,
  assignees: readonly Principal[],
  actor: Actor,
  now: number,
): Decision {
  const closed = closedRefusal(request, now);
  if (closed) return closed;
  const issues = assignees.flatMap((one, i) => (isReserved(one) ? [`assignees.${i}: ${RESERVED_RULE}`] : []));
  if (issues.length > 0) return refuse("invalid", { issues });
  const wanted = [...new Set(assignees)];
  if (wanted.length === request.assignees.length && wanted.every((one) => request.assignees.includes(one)))
    return repeat;
  const former = [...new Set([...(request.formerAssignees ?? []), ...request.assignees])]
    .filter((one) => !wanted.includes(one))
    .slice(-MAX_FORMER_ASSIGNEES);
  const { notifyAfterMs } = request;
  const change = {
    assignees: wanted,
    formerAssignees: former,
    seenAt: undefined,
    notifyAt: notifyAfterMs === undefined ? undefined : now + notifyAfterMs,
  };
  return accept(amend(request, change, "reassigned", now, actor));
}

/**
 * The transition at a deadline: the request's default becomes the reply of `system`; without one the request expires.
 */
export function decideDeadline(request: FeedbackRequest, now: number): Transition {
  const { id, round, digest } = request;
  return request.default
    ? answer(
        request,
        {
          ...storedAnswer(request, request.default),
          replyId: `default_${id}`,
          round,
          by: system,
          digest,
          at: now,
        },
        now,
      )
    : moveTo(request, { state: "expired", at: now }, now, { by: system });
}

/** Closes an open request for which no workflow waits any more. */
export const decideWithdrawal = (request: FeedbackRequest, reason: string, now: number): Transition =>
  moveTo(request, { state: "withdrawn", at: now, reason }, now);

/** Closes an open request that another one replaces. */
export const decideSupersession = (request: FeedbackRequest, by: RequestId, now: number): Transition =>
  moveTo(request, { state: "superseded", at: now, by }, now);

/** One of the assignees has it on the screen. After that, nobody gets a notice about it until they are reminded. */
export function decideSeen(request: FeedbackRequest, actor: Actor, now: number): Decision {
  const closed = closedRefusal(request, now);
  if (closed) return closed;
  if (request.seenAt !== undefined) return repeat;
  return accept(amend(request, { seenAt: now, notifyAt: undefined }, "seen", now, actor));
}

/** Reminds the assignees, once: their inbox item becomes new again, and notices are sent again, if it has any. */
export const decideReminder = (request: FeedbackRequest, now: number): Transition =>
  amend(
    request,
    {
      assignees: request.assignees,
      remindAt: undefined,
      remindedAt: now,
      notifyAt: request.notifyAfterMs === undefined ? undefined : now,
    },
    "reminded",
    now,
  );

/** Adds people to the assignees, and has notices sent to them, if it has any. */
export function decideEscalation(request: FeedbackRequest, now: number): Transition {
  const assignees = [...new Set([...request.assignees, ...(request.escalate?.to ?? [])])];
  const notifyAt = request.notifyAfterMs === undefined ? undefined : now;
  return amend(request, { assignees, escalate: undefined, notifyAt }, "escalated", now);
}

/** Replaces a request by one without a person; its state stays. */
export const decideRedaction = (
  request: FeedbackRequest,
  without: FeedbackRequest,
  now: number,
): Transition => transition(request, without, "erased", now);

/** Answers an open request; the relay is due soon even if its event is lost. */
function answer(request: FeedbackRequest, reply: RecordedReply, now: number, origin?: Origin): Transition {
  const actor = defined({ by: reply.by, origin });
  return moveTo(request, { state: "answered", reply, relayAt: now + GRACE_MS, attempts: 0 }, now, actor);
}

/** Gives a request a new status. */
export function moveTo(
  request: FeedbackRequest,
  status: Exclude<RequestStatus, { state: "open" }>,
  now: number,
  actor?: Actor,
): Transition {
  return transition(request, { status }, status.state, now, actor, {
    ...(status.state === "answered" ? { reply: status.reply, candidates: request.candidates } : {}),
    ...("reason" in status ? { reason: status.reason } : {}),
  });
}

/** What may change while a request stays open; undefined removes a field. */
type Amendment = {
  readonly [F in
    | "assignees"
    | "deadline"
    | "remindAt"
    | "remindedAt"
    | "escalate"
    | "formerAssignees"
    | "seenAt"
    | "notifyAt"]?: FeedbackRequest[F] | undefined;
};

/** Changes an open request and leaves it open. */
const amend = (
  request: FeedbackRequest,
  change: Amendment,
  what: Happening,
  now: number,
  actor?: Actor,
): Transition =>
  transition(
    request,
    change,
    what,
    now,
    actor,
    defined({ assignees: change.assignees, deadline: change.deadline }),
  );

/** Creates every transition: one version higher, with its row in the ledger. */
function transition(
  before: FeedbackRequest,
  change: object,
  what: Happening,
  now: number,
  actor?: Actor,
  more: Partial<LedgerEntry> = {},
): Transition {
  const n = before.version + 1;
  const request = { ...before, ...change, last: what, version: n, changedAt: now };
  const ledger = { n, at: now, what, round: request.round, ...actor, ...more };
  return { from: before.version, request: defined(request) as FeedbackRequest, ledger };
}
