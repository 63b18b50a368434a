import type { Person } from "@callboard/protocol";
import type { Transition } from "../ports/index.ts";
import {
  type FeedbackRequest,
  type Happening,
  type LedgerEntry,
  type Origin,
  type RequestStatus,
  replyOf,
} from "./request.ts";

/** Who made a change, and by which way; nobody when it happened by itself. */
export interface Actor {
  readonly by: Person;
  readonly origin?: Origin;
}

/** The transition that gives a request a new status: one version on, with its row in the ledger. */
export function moveTo(
  request: FeedbackRequest,
  status: Exclude<RequestStatus, { state: "open" }>,
  now: number,
  actor?: Actor,
): Transition {
  const next = changed(request, { status }, status.state, now);
  const reply = replyOf(next);
  return transition(request, next, actor, {
    ...(status.state === "answered" && reply ? { reply, candidates: request.candidates } : {}),
    ...("reason" in status ? { reason: status.reason } : {}),
  });
}

/** What may change while a request stays open; undefined takes a field away. */
export type Amendment = {
  readonly [F in "assignees" | "deadline" | "remindAt" | "remindedAt" | "escalate" | "formerAssignees"]?:
    | FeedbackRequest[F]
    | undefined;
};

/** The transition that changes an open request and leaves it open. */
export function amend(
  request: FeedbackRequest,
  change: Amendment,
  what: Happening,
  now: number,
  actor?: Actor,
): Transition {
  const next = changed(request, change, what, now);
  return transition(request, next, actor, {
    ...(change.assignees ? { assignees: change.assignees } : {}),
    ...(change.deadline === undefined ? {} : { deadline: change.deadline }),
  });
}

/** The transition that puts a request without somebody in the place of the one with them; its state stays. */
export const redact = (request: FeedbackRequest, redacted: FeedbackRequest, now: number): Transition =>
  transition(request, changed(request, redacted, "erased", now), undefined, {});

function changed(request: FeedbackRequest, change: object, last: Happening, now: number): FeedbackRequest {
  const next = { ...request, ...change, last, version: request.version + 1, changedAt: now };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)) as typeof next;
}

function transition(
  before: FeedbackRequest,
  request: FeedbackRequest,
  actor: Actor | undefined,
  more: Partial<LedgerEntry>,
): Transition {
  const ledger: LedgerEntry = {
    n: request.version,
    at: request.changedAt,
    what: request.last!,
    round: request.round,
    ...(actor ? { by: actor.by } : {}),
    ...(actor?.origin ? { origin: actor.origin } : {}),
    ...more,
  };
  return { from: before.version, request, ledger };
}
