import { isRequestId, isSubject, type RequestId } from "@callboard/protocol";

/** What a link's fragment says: `#/v/v_1`, `#/q/req_…`, either with `?token=<jwt>` after it. */
export interface Link {
  token: string | undefined;
  /** The subject that is meant; a bare id names a video. */
  subject: string | undefined;
  /** The question that is meant, whichever subject it is of. */
  requestId: RequestId | undefined;
  /** It names a place, and there can be none of that name. */
  isMalformed: boolean;
}

/** Where in a page one is: at a subject, at a question, at neither, or where nothing can be. */
export type Place = Pick<Link, "subject" | "requestId" | "isMalformed">;

/**
 * Reads a fragment; of what is not well-formed nothing is taken. Links from before there were routes,
 * `#token=<jwt>&video=v_1&request=req_…`, are understood as well.
 */
export function parseLink(hash: string): Link {
  const fragment = hash.replace(/^#/, "");
  const [, kind, name = "", query = ""] = /^\/([vq])\/([^?]*)(?:\?(.*))?$/.exec(fragment) ?? [];
  const params = new URLSearchParams(kind === undefined ? fragment.replace(/^\/?\?/, "") : query);
  const meant = {
    subject: kind === undefined ? params.get("video") : kind === "v" ? decoded(name) : undefined,
    request: kind === undefined ? params.get("request") : kind === "q" ? decoded(name) : undefined,
  };
  const token = params.get("token");
  const subject = subjectOf(meant.subject ?? "");
  const requestId = meant.request && isRequestId(meant.request) ? meant.request : undefined;
  const named =
    kind !== undefined || /^\/[^?]/.test(fragment) || params.has("video") || params.has("request");
  return {
    token: token !== null && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? token : undefined,
    subject,
    requestId,
    isMalformed: named && subject === undefined && requestId === undefined,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The subject that a person means by `v_1` or `video/v_1`; undefined when it cannot be one. */
export function subjectOf(text: string): string | undefined {
  const trimmed = text.trim();
  const subject = trimmed.includes("/") ? trimmed : `video/${trimmed}`;
  return isSubject(subject) ? subject : undefined;
}

/** The fragment that names a place, without any token; a question needs no subject beside it, and `#/v/` names nothing. */
export function fragmentOf({ subject, requestId, isMalformed }: Partial<Place>): string {
  if (requestId !== undefined) return `#/q/${requestId}`;
  if (subject === undefined) return isMalformed ? "#/v/" : "";
  const video = subject.startsWith("video/") ? subject.slice("video/".length) : subject;
  return `#/v/${encodeURIComponent(video).replaceAll("%2F", "/")}`;
}
