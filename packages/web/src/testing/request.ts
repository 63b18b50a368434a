import type { RequestValue } from "@callboard/protocol";
import { halfPastTwo } from "./items.ts";

/** A question about a title, open and in its first round by default. */
export function requestOf(more: Partial<RequestValue> = {}): RequestValue {
  return {
    requestId: "req_0123456789",
    subject: "video/v_1",
    thread: "title",
    round: 1,
    prompt: "Which title?",
    verbs: ["pick", "edit", "regenerate", "reject"],
    candidates: ["a-1", "a-2"],
    assignees: ["user/ana"],
    execution: "run1",
    askedAt: halfPastTwo,
    state: "open",
    ...more,
  };
}
