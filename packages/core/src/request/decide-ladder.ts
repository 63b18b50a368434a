import type { Principal } from "@callboard/protocol";
import type { Transition } from "../ports/index.ts";
import { closedRefusal, type Refusal } from "./closed-refusal.ts";
import { latestDeadline } from "./due.ts";
import { type Actor, amend } from "./move.ts";
import type { FeedbackRequest } from "./request.ts";

/**
 * One transaction takes a hundred actions. A question (5 rows, 20 assignees) may close the one before it (2 rows), with
 * all whom that was ever put to: 39 at most who are asked, and these.
 */
const mostFormer = 33;

/** Reminds those who were asked, once: their inbox item is new again. */
export const decideReminder = (request: FeedbackRequest, now: number): Transition =>
  amend(request, { remindAt: undefined, remindedAt: now }, "reminded", now);

/** Asks further people, beside those who were asked before. */
export function decideEscalation(request: FeedbackRequest, now: number): Transition {
  const assignees = [...new Set([...request.assignees, ...(request.escalate?.to ?? [])])];
  return amend(request, { assignees, escalate: undefined }, "escalated", now);
}

/** What becomes of somebody's wish to change an open request. */
export type AmendDecision =
  | { decision: "accept"; transition: Transition }
  /** It is as they want it already. */
  | { decision: "repeat" }
  | Refusal;

/** Moves the deadline to a later (or earlier) time that is still within the state's timeout. */
export function decideExtension(
  request: FeedbackRequest,
  deadline: number,
  actor: Actor,
  now: number,
): AmendDecision {
  const refusal = closedRefusal(request, now);
  if (refusal) return refusal;
  if (deadline === request.deadline) return { decision: "repeat" };
  const latest =
    request.timeoutAt === undefined ? undefined : latestDeadline(request.askedAt, request.timeoutAt);
  const issues = [
    ...(deadline <= now ? ["deadline: has passed"] : []),
    ...(latest !== undefined && deadline > latest ? [`deadline: the workflow waits until ${latest}`] : []),
  ];
  if (issues.length > 0)
    return {
      decision: "refuse",
      code: "invalid",
      details: { issues, ...(latest === undefined ? {} : { latest }) },
    };
  return { decision: "accept", transition: amend(request, { deadline }, "extended", now, actor) };
}

/** Puts the request to other people in place of those it was put to. */
export function decideReassignment(
  request: FeedbackRequest,
  assignees: readonly Principal[],
  actor: Actor,
  now: number,
): AmendDecision {
  const refusal = closedRefusal(request, now);
  if (refusal) return refusal;
  const wanted = [...new Set(assignees)];
  if (wanted.length === request.assignees.length && wanted.every((one) => request.assignees.includes(one)))
    return { decision: "repeat" };
  const former = [...new Set([...(request.formerAssignees ?? []), ...request.assignees])]
    .filter((one) => !wanted.includes(one))
    .slice(-mostFormer);
  const change = { assignees: wanted, formerAssignees: former };
  return { decision: "accept", transition: amend(request, change, "reassigned", now, actor) };
}
