import type { RefusalCode } from "@callboard/protocol";
import type { FeedbackRequest } from "./request.ts";

/** What somebody wanted of a request is refused, and why. */
export interface Refusal {
  readonly decision: "refuse";
  readonly code: RefusalCode;
  readonly details?: Record<string, unknown>;
}

export const refuse = (code: RefusalCode, details?: Record<string, unknown>): Refusal => ({
  decision: "refuse",
  code,
  ...(details ? { details } : {}),
});

/** How a request that is closed refuses whatever is wanted of it; undefined while it is open. */
export function closedRefusal(request: FeedbackRequest, now: number): Refusal | undefined {
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
      return request.deadline !== undefined && now >= request.deadline ? refuse("expired") : undefined;
  }
}
