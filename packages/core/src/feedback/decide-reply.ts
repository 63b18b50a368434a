import type { Transition } from "../ports.ts";
import {
  type ClientMessageOf,
  jsonBytes,
  limits,
  type Person,
  type RecordedReply,
  type RefusalCode,
} from "../protocol/index.ts";
import { graceMs } from "./due.ts";
import { moveTo } from "./move.ts";
import { type FeedbackRequest, replyOf } from "./request.ts";

/** A person's reply, as the client sent it. */
export type Reply = Omit<ClientMessageOf<"reply">, "type" | "id">;

export type ReplyDecision =
  | { decision: "accept"; transition: Transition }
  /** The same reply was accepted before. */
  | { decision: "repeat" }
  | { decision: "refuse"; code: RefusalCode; details?: Record<string, unknown> };

/** Problems of a value against a JSON Schema. */
type SchemaIssues = (schema: Record<string, unknown>, value: unknown) => string[];

/** Decides whether a reply may answer a request. Who may answer at all is decided before. */
export function decideReply(
  request: FeedbackRequest,
  reply: Reply,
  by: Person,
  now: number,
  schemaIssues: SchemaIssues,
): ReplyDecision {
  const before = replyOf(request);
  if (before && before.replyId === reply.replyId && before.by.id === by.id) return { decision: "repeat" };
  const { status } = request;
  switch (status.state) {
    case "answered":
    case "relayed":
    case "undeliverable":
    case "unconfirmed":
      return refuse("already_answered", {
        by: status.reply.by,
        at: status.reply.at,
        verb: status.reply.verb,
      });
    case "expired":
      return refuse("expired");
    case "withdrawn":
      return refuse("withdrawn", { reason: status.reason });
    case "superseded":
      return refuse("superseded", { requestId: status.by });
    case "open":
      break;
  }
  if (request.deadline !== undefined && now >= request.deadline) return refuse("expired");
  if (reply.round !== request.round) return refuse("stale_round", { round: request.round });
  const issues = replyIssues(request, reply, schemaIssues);
  if (issues.length > 0) return refuse("invalid", { issues });
  return { decision: "accept", transition: answer(request, recordReply(reply, by, now), now) };
}

/** The transition that answers an open request; the relay is due soon even if its event is lost. */
export function answer(request: FeedbackRequest, reply: RecordedReply, now: number): Transition {
  return moveTo(request, { state: "answered", reply, relayAt: now + graceMs, attempts: 0 }, now, reply.by);
}

function recordReply(reply: Reply, by: Person, now: number): RecordedReply {
  const { requestId: _, ...said } = reply;
  return { ...said, by, at: now };
}

const refuse = (code: RefusalCode, details?: Record<string, unknown>): ReplyDecision => ({
  decision: "refuse",
  code,
  ...(details ? { details } : {}),
});

function replyIssues(request: FeedbackRequest, reply: Reply, schemaIssues: SchemaIssues): string[] {
  if (!request.verbs.includes(reply.verb)) return [`verb: not among ${request.verbs.join(", ")}`];
  const issues: string[] = [];
  const { candidateId, value } = reply;
  if (candidateId !== undefined && request.candidates.length > 0 && !request.candidates.includes(candidateId))
    issues.push("candidateId: not among the request's candidates");
  if (reply.verb === "pick" && candidateId === undefined)
    issues.push("candidateId: a pick names a candidate");
  if ((reply.verb === "edit" || reply.verb === "answer") && value === undefined)
    issues.push(`value: ${reply.verb} needs a value`);
  if (jsonBytes(value) > limits.replyValueBytes) issues.push(`value: over ${limits.replyValueBytes} bytes`);
  else if (reply.verb === "answer" && request.schema && value !== undefined)
    issues.push(...schemaIssues(request.schema, value).slice(0, 10));
  if (reply.verb === "regenerate" && request.maxRounds !== undefined && request.round >= request.maxRounds)
    issues.push(`verb: round ${request.round} of ${request.maxRounds} is the last`);
  return issues;
}
