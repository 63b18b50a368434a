import { isRequestId, isSubject, type RequestId } from "@callboard/protocol";

/** What a link's fragment says: `#token=<jwt>&video=v_1&request=req_…`. */
export interface Link {
  token: string | undefined;
  /** The subject that is meant; a bare id names a video. */
  subject: string | undefined;
  /** The question of the subject that is meant. */
  requestId: RequestId | undefined;
}

/** Where in a page one is: at a subject, and at one of its questions. */
export type Place = Pick<Link, "subject" | "requestId">;

/** Reads a fragment; what is not well-formed is as if it were absent. */
export function parseLink(hash: string): Link {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const token = params.get("token");
  const request = params.get("request") ?? "";
  return {
    token: token !== null && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? token : undefined,
    subject: subjectOf(params.get("video") ?? ""),
    requestId: isRequestId(request) ? request : undefined,
  };
}

/** The subject that a person means by `v_1` or `video/v_1`; undefined when it cannot be one. */
export function subjectOf(text: string): string | undefined {
  const trimmed = text.trim();
  const subject = trimmed.includes("/") ? trimmed : `video/${trimmed}`;
  return isSubject(subject) ? subject : undefined;
}

/** The fragment that names a place, without any token. */
export function fragmentOf({ subject, requestId }: Partial<Place>): string {
  if (subject === undefined) return "";
  const video = subject.startsWith("video/") ? subject.slice("video/".length) : subject;
  const question = requestId === undefined ? "" : `&request=${requestId}`;
  return `#video=${encodeURIComponent(video).replaceAll("%2F", "/")}${question}`;
}
