import type { FeedbackRequest } from "../feedback/request.ts";
import type { Asking, ThreadHead } from "../ports.ts";

const start = Date.UTC(2026, 0, 1);
let count = 0;

/** An open request with an id of its own, asked at the start of 2026 with an hour to answer. */
export function openRequest(more: Partial<FeedbackRequest> = {}): FeedbackRequest {
  const n = String(++count).padStart(12, "0");
  return {
    id: `req_${n}`,
    subject: "video/v_1",
    thread: "title",
    round: 1,
    order: [0, 1, 0],
    execution: `arn:aws:states:us-east-1:000000000000:execution:post-processing:${n}`,
    prompt: "Which title?",
    verbs: ["pick", "reject"],
    candidates: ["a", "b"],
    assignees: ["user/ana", "role/editors"],
    askedAt: start,
    timeoutAt: start + 3_600_000,
    deadline: start + 3_540_000,
    probeEveryMs: 300_000,
    probeAt: start + 300_000,
    status: { state: "open" },
    version: 1,
    changedAt: start,
    announced: 0,
    ...more,
  };
}

export const headOf = ({ execution, thread, id, order }: FeedbackRequest): ThreadHead => ({
  execution,
  thread,
  requestId: id,
  order,
});

/** How a request is stored that becomes the head of its thread. */
export const storedAsking = (request: FeedbackRequest, before?: ThreadHead): Asking => ({
  request,
  taskToken: `token of ${request.id}`,
  ledger: { n: 1, at: request.askedAt, what: "asked", round: request.round },
  thread: { before, after: headOf(request) },
});
