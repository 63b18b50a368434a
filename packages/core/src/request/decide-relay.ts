import { minutes, seconds } from "@callboard/protocol";
import type { TaskWord, Transition, WaitFate } from "../ports/index.ts";
import { moveTo } from "./move.ts";
import type { FeedbackRequest } from "./request.ts";

/** How long an answer whose arrival cannot be told is tried again. */
const unknownForMs = minutes(15);
const longestBackoffMs = minutes(1);

export type RelayDecision =
  | { decision: "final"; transition: Transition }
  | { decision: "again"; relay: { at: number; attempts: number } };

type Answered = FeedbackRequest & { readonly status: { readonly state: "answered" } };

/** Tells whether a request has an answer that is still to be handed over. */
export const isAnswered = (request: FeedbackRequest): request is Answered =>
  request.status.state === "answered";

/** Tells whether only the execution's history can say what became of the answer. */
export const needsHistory = (word: TaskWord): boolean => word === "timed_out" || word === "missing";

/** Decides what became of an answer, from Step Functions' word and, where that is not enough, from the history. */
export function decideRelay(
  request: Answered,
  word: TaskWord,
  fate: WaitFate | undefined,
  now: number,
): RelayDecision {
  const { reply, attempts } = request.status;
  const failed = (state: "undeliverable" | "unconfirmed", reason: string): RelayDecision => ({
    decision: "final",
    transition: moveTo(request, { state, reply, at: now, reason }, now),
  });
  if (word === "ok" || fate === "delivered")
    return { decision: "final", transition: moveTo(request, { state: "relayed", reply, at: now }, now) };
  if (word === "invalid") return failed("undeliverable", "answer_not_acceptable");
  if (fate === "gone") return failed("undeliverable", "wait_gone");
  if (fate === "no_access") return failed("unconfirmed", "history_not_readable");
  const patienceEnds = (word === "again" ? (request.timeoutAt ?? Infinity) : reply.at) + unknownForMs;
  if (now >= patienceEnds) return failed("unconfirmed", "no_final_word");
  const backoff = Math.min(longestBackoffMs, seconds(5) * 2 ** Math.min(attempts, 10));
  return { decision: "again", relay: { at: now + backoff, attempts: attempts + 1 } };
}

/** What the execution gets back. */
export function taskOutput(request: Answered): Record<string, unknown> {
  const { reply } = request.status;
  return {
    requestId: request.id,
    replyId: reply.replyId,
    verb: reply.verb,
    ...(reply.candidateId === undefined ? {} : { candidateId: reply.candidateId }),
    ...(reply.value === undefined ? {} : { value: reply.value }),
    ...(reply.comment === undefined ? {} : { comment: reply.comment }),
    round: reply.round,
    by: reply.by,
    at: reply.at,
  };
}
