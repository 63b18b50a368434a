import type { OutEvent } from "@callboard/protocol";
import { type FeedbackRequest, replyOf } from "./request.ts";

/**
 * What the bus is told of a request as it stands: what happened to it last, for whoever listens, and that its channels
 * are to be told. The row says it all, so that the clock can tell it again.
 */
export function tidings(request: FeedbackRequest): OutEvent[] {
  const { id: requestId, subject, execution, thread, assignees } = request;
  const changed: OutEvent = { type: "Request Changed", requestId, version: request.version };
  const about = { requestId, subject, execution, thread, assignees: [...assignees] };
  switch (request.last) {
    case "answered":
      return [{ type: "Reply Accepted", requestId, replyId: replyOf(request)!.replyId }, changed];
    case "relayed":
    case "undeliverable":
    case "unconfirmed": {
      const { replyId, verb } = replyOf(request)!;
      return [
        { type: "Reply Relayed", requestId, replyId, subject, execution, verb, status: request.last },
        changed,
      ];
    }
    case "expired":
      return [{ type: "Feedback Expired", ...about }, changed];
    case "reminded":
      return [{ type: "Feedback Reminded", ...about }, changed];
    case "escalated":
      return [{ type: "Feedback Escalated", ...about }, changed];
    default:
      return [changed];
  }
}
