import { isSubject, type RequestId, type Subject } from "@callboard/protocol";
import { createContext } from "react";

/** What the HTTP API knows of a question: of which subject it is, nothing that its reader may see, or no answer at all. */
export type Found = { kind: "found"; subject: Subject } | { kind: "unknown" } | { kind: "unreachable" };

/** Looks for questions by their ids. */
export interface RequestsApi {
  find(requestId: RequestId): Promise<Found>;
}

const answerMs = 5_000;
/** Statuses that will be the same the next time: the id is none, or it is not for this reader. */
const final: readonly number[] = [400, 403, 404, 410];

const nowhere: RequestsApi = { find: async () => ({ kind: "unreachable" }) };

/** Speaks to Callboard's HTTP API; every search gives up after 5 seconds. */
export function requestsApi(
  httpUrl: string,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): RequestsApi {
  return {
    async find(requestId) {
      try {
        const { viewRequest } = await import("../http/calls.ts");
        const path = viewRequest.path.replace("{id}", encodeURIComponent(requestId));
        const response = await fetch(`${httpUrl}${path}`, {
          cache: "no-store",
          signal: AbortSignal.timeout(answerMs),
          headers: { authorization: `Bearer ${await token()}` },
        });
        if (final.includes(response.status)) return { kind: "unknown" };
        const { request } = (await response.json()) as { request?: { subject?: unknown } };
        const subject = request?.subject;
        return response.ok && typeof subject === "string" && isSubject(subject)
          ? { kind: "found", subject }
          : { kind: "unreachable" };
      } catch {
        return { kind: "unreachable" };
      }
    },
  };
}

/** Where the page looks for questions. */
export const RequestsContext = createContext<RequestsApi>(nowhere);
