import { isSubject, type RequestId, type Subject } from "@callboard/protocol";
import type { ReadHttp } from "../http/reading.ts";

/** What the HTTP API knows of a question: of which subject it is, nothing that its reader may see, or no answer at all. */
export type Found = { kind: "found"; subject: Subject } | { kind: "unknown" } | { kind: "unreachable" };

/** Statuses that will be the same the next time: the id is none, or it is not for this reader. */
const final: readonly number[] = [400, 403, 404, 410];

/**
 * Looks for a question by its id. Whoever gets no answer may look again.
 */
export async function findRequest(read: ReadHttp, requestId: RequestId): Promise<Found> {
  const found = await read(`/requests/${encodeURIComponent(requestId)}`);
  if (found && final.includes(found.status)) return { kind: "unknown" };
  const { request } = (found?.body ?? {}) as { request?: { subject?: unknown } };
  const subject = request?.subject;
  return typeof subject === "string" && isSubject(subject)
    ? { kind: "found", subject }
    : { kind: "unreachable" };
}
