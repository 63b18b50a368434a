import type { RecordedReply } from "@callboard/protocol";
import type { Transition } from "../ports/index.ts";
import { answer } from "./decide-reply.ts";
import { moveTo } from "./move.ts";
import type { FeedbackRequest } from "./request.ts";

/** Who answers when a deadline passes. */
export const system = { id: "system", name: "system" } as const;

/** What a passed deadline does to an open request: its default is the reply of `system`; without one it expires. */
export function decideDeadline(request: FeedbackRequest, now: number): Transition {
  if (!request.default) return moveTo(request, { state: "expired", at: now }, now, { by: system });
  const reply: RecordedReply = {
    ...request.default,
    replyId: `default_${request.id}`,
    round: request.round,
    by: system,
    at: now,
  };
  return answer(request, reply, now);
}

/** Closes an open request that nobody waits for any more. */
export const decideWithdrawal = (request: FeedbackRequest, reason: string, now: number): Transition =>
  moveTo(request, { state: "withdrawn", at: now, reason }, now);
