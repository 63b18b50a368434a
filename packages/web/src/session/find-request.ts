import { isSubject, type RequestId, type Subject } from "@callboard/protocol";
import type { ReadHttp } from "../http/reading.ts";

/**
 * The HTTP API's answer about a question: its subject, `unknown` when this reader can see no such question, or
 * `unreachable` without an answer.
 */
export type Found = { kind: "found"; subject: Subject } | { kind: "unknown" } | { kind: "unreachable" };

/** Statuses that a retry cannot change: the id is invalid, or not for this reader. */
const final: readonly number[] = [400, 403, 404, 410];

/** Finds a question by its id. After no answer the caller may try again. */
export async function findRequest(read: ReadHttp, requestId: RequestId): Promise<Found> {
  const found = await read(`/requests/${encodeURIComponent(requestId)}`);
  if (found && final.includes(found.status)) return { kind: "unknown" };
  const { request } = (found?.body ?? {}) as { request?: { subject?: unknown } };
  const subject = request?.subject;
  return typeof subject === "string" && isSubject(subject)
    ? { kind: "found", subject }
    : { kind: "unreachable" };
}
