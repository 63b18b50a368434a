import { isRequestId, isSubject, type RequestId } from "@callboard/protocol";

/** The content of a link's fragment: `#/v/v_1`, `#/q/req_…`, either with `?token=<jwt>` after it. */
export interface Link {
  token: string | undefined;
  /** The subject; a bare id means a video. */
  subject: string | undefined;
  /** The question, of any subject. */
  requestId: RequestId | undefined;
  /** It names a place with an invalid name. */
  isMalformed: boolean;
}

/** The place in a page: a subject, a question, none, or an invalid one. */
export type Place = Pick<Link, "subject" | "requestId" | "isMalformed">;

/**
 * Reads a fragment; malformed parts are ignored. Old links, `#token=<jwt>&video=v_1&request=req_…`, are
 * understood too.
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

/** The subject that a person means by `v_1` or `video/v_1`; undefined when it is invalid. */
export function subjectOf(text: string): string | undefined {
  const trimmed = text.trim();
  const subject = trimmed.includes("/") ? trimmed : `video/${trimmed}`;
  return isSubject(subject) ? subject : undefined;
}

/**
 * The fragment of a place, without a token; a question needs no subject, and `#/v/` means an invalid place.
 */
export function fragmentOf({ subject, requestId, isMalformed }: Partial<Place>): string {
  if (requestId !== undefined) return `#/q/${requestId}`;
  if (subject === undefined) return isMalformed ? "#/v/" : "";
  const video = subject.startsWith("video/") ? subject.slice("video/".length) : subject;
  return `#/v/${encodeURIComponent(video).replaceAll("%2F", "/")}`;
}
