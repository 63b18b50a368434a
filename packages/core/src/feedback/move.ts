import type { Transition } from "../ports.ts";
import type { Person } from "../protocol/index.ts";
import { type FeedbackRequest, type LedgerEntry, type RequestStatus, replyOf } from "./request.ts";

/** The transition that gives a request a new status: one version on, with its row in the ledger. */
export function moveTo(
  request: FeedbackRequest,
  status: RequestStatus,
  now: number,
  by?: Person,
): Transition {
  const next: FeedbackRequest = { ...request, status, version: request.version + 1, changedAt: now };
  const reply = replyOf(next);
  const ledger: LedgerEntry = {
    n: next.version,
    at: now,
    what: status.state,
    round: request.round,
    ...(by ? { by } : {}),
    ...(status.state === "answered" && reply ? { reply } : {}),
    ...("reason" in status ? { reason: status.reason } : {}),
  };
  return { from: request.version, request: next, ledger };
}
