import {
  type ClientMessageOf,
  jsonBytes,
  limits,
  type Need,
  needsOf,
  type Person,
  type RecordedReply,
} from "@callboard/protocol";
import type { Transition } from "../ports/index.ts";
import { closedRefusal, type Refusal, refuse } from "./closed-refusal.ts";
import { graceMs } from "./due.ts";
import { type Actor, moveTo } from "./move.ts";
import { type FeedbackRequest, type Origin, replyOf } from "./request.ts";

/** A person's reply, as the client sent it. */
export type Reply = Omit<ClientMessageOf<"reply">, "type" | "id">;

export type ReplyDecision =
  | { decision: "accept"; transition: Transition }
  /** The same reply was accepted before. */
  | { decision: "repeat" }
  | Refusal;

/** Problems of a value against a JSON Schema. */
type SchemaIssues = (schema: Record<string, unknown>, value: unknown) => string[];

/** Decides whether a reply may answer a request. Who may answer at all is decided before. */
export function decideReply(
  request: FeedbackRequest,
  reply: Reply,
  { by, origin }: Actor,
  now: number,
  schemaIssues: SchemaIssues,
): ReplyDecision {
  const before = replyOf(request);
  if (before && before.replyId === reply.replyId && before.by.id === by.id) return { decision: "repeat" };
  const closed = closedRefusal(request, now);
  if (closed) return closed;
  if (reply.round !== request.round) return refuse("stale_round", { round: request.round });
  const issues = replyIssues(request, reply, schemaIssues);
  if (issues.length > 0) return refuse("invalid", { issues });
  return { decision: "accept", transition: answer(request, recordReply(reply, by, now), now, origin) };
}

/** The transition that answers an open request; the relay is due soon even if its event is lost. */
export function answer(
  request: FeedbackRequest,
  reply: RecordedReply,
  now: number,
  origin?: Origin,
): Transition {
  const actor = { by: reply.by, ...(origin ? { origin } : {}) };
  return moveTo(request, { state: "answered", reply, relayAt: now + graceMs, attempts: 0 }, now, actor);
}

function recordReply(reply: Reply, by: Person, now: number): RecordedReply {
  const { requestId: _, ...said } = reply;
  return { ...said, by, at: now };
}

function replyIssues(request: FeedbackRequest, reply: Reply, schemaIssues: SchemaIssues): string[] {
  if (!request.verbs.includes(reply.verb)) return [`verb: not among ${request.verbs.join(", ")}`];
  const issues: string[] = [];
  const { verb, candidateId, value } = reply;
  const needs = (need: Need) => needsOf(verb).includes(need);
  if (candidateId !== undefined && request.candidates.length > 0 && !request.candidates.includes(candidateId))
    issues.push("candidateId: not among the request's candidates");
  if (needs("candidate") && candidateId === undefined)
    issues.push(`candidateId: a ${verb} names a candidate`);
  if (needs("value") && value === undefined) issues.push(`value: ${verb} needs a value`);
  if (jsonBytes(value) > limits.replyValueBytes) issues.push(`value: over ${limits.replyValueBytes} bytes`);
  else if (needs("schema") && request.schema && value !== undefined)
    issues.push(...schemaIssues(request.schema, value).slice(0, 10));
  if (needs("round") && request.maxRounds !== undefined && request.round >= request.maxRounds)
    issues.push(`verb: round ${request.round} of ${request.maxRounds} is the last`);
  return issues;
}
