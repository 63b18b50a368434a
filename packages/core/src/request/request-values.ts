import {
  type InboxRequestValue,
  jsonBytes,
  limits,
  type ReceiptValue,
  type RecordedReply,
  type RequestValue,
} from "@callboard/protocol";
import { executionId } from "../progress/envelope.ts";
import { type FeedbackRequest, replyOf } from "./request.ts";

/** The request as its owners and assignees see it. A reply's value that would burst the item is left to the ledger. */
export function requestValue(request: FeedbackRequest): RequestValue {
  const { status } = request;
  const reply = replyOf(request);
  const value: RequestValue = {
    requestId: request.id,
    subject: request.subject,
    thread: request.thread,
    round: request.round,
    prompt: request.prompt,
    verbs: [...request.verbs],
    candidates: [...request.candidates],
    ...(request.schema ? { schema: request.schema } : {}),
    assignees: [...request.assignees],
    ...(request.maxRounds === undefined ? {} : { maxRounds: request.maxRounds }),
    execution: executionId(request.execution),
    askedAt: request.askedAt,
    ...(request.deadline === undefined ? {} : { deadline: request.deadline }),
    ...(request.default ? { default: request.default } : {}),
    ...(request.remindedAt === undefined ? {} : { remindedAt: request.remindedAt }),
    state: status.state,
    ...(reply ? { reply } : {}),
    ...("reason" in status ? { reason: status.reason } : {}),
    ...(status.state === "superseded" ? { supersededBy: status.by } : {}),
  };
  if (!reply || jsonBytes(value) <= limits.valueBytes) return value;
  const { value: _, ...short } = reply;
  return { ...value, reply: short };
}

/** The request as a line in an inbox, at most 512 bytes: a long prompt is cut. */
export function inboxValue(request: FeedbackRequest): InboxRequestValue {
  const value: InboxRequestValue = {
    requestId: request.id,
    subject: request.subject,
    thread: request.thread,
    round: request.round,
    prompt: "",
    askedAt: request.askedAt,
    ...(request.deadline === undefined ? {} : { deadline: request.deadline }),
    ...(request.remindedAt === undefined ? {} : { remindedAt: request.remindedAt }),
  };
  let prompt = request.prompt;
  while (jsonBytes({ ...value, prompt }) > limits.inboxSummaryBytes)
    prompt = `${[...prompt].slice(0, -8).join("")}…`;
  return { ...value, prompt };
}

/** What became of a reply, for the one who gave it. */
export function receiptValue(request: FeedbackRequest, reply: RecordedReply): ReceiptValue {
  const { status } = request;
  const final =
    status.state === "relayed" || status.state === "undeliverable" || status.state === "unconfirmed";
  return {
    replyId: reply.replyId,
    requestId: request.id,
    subject: request.subject,
    verb: reply.verb,
    status: final ? status.state : "accepted",
    ...("reason" in status ? { reason: status.reason } : {}),
    at: request.changedAt,
  };
}
