/** The parts of a page that are used, if they exist; servers have no `location`. */
interface Host {
  readonly location?: { readonly origin?: string };
}

/**
 * Explains why there is no token and what to check, from what `token()` threw. The text never contains a
 * token.
 */
export function tokenFault(error: unknown, { location }: Host): string {
  const { name, message, status, code, cause } = (error ?? {}) as Record<string, unknown>;
  const text = typeof message === "string" ? message : "";
  if (code === "invalid")
    return `${safe(text)}. It must return the JWT as a string, or a promise of one. Check what the token's address answers, and with which status (response.ok).`;
  if (name === "SyntaxError")
    return /"eyJ/.test(text)
      ? "token() tried to read JSON, but the answer looks like the token itself. Read it with response.text()."
      : "token() tried to read JSON, but the answer is not JSON: it may be an error page or a sign-in page. Check its status (response.ok) before you read it.";
  if (typeof status === "number") return `token() failed with the status ${status}. ${statusText(status)}`;
  if (name === "TypeError" && /fetch|network|load failed/i.test(text))
    return unfetched(location?.origin, cause);
  return `token() failed: ${safe(`${typeof name === "string" ? name : typeof error}: ${text}`)}`;
}

const statusText = (status: number): string =>
  status === 401 || status === 403
    ? "The request is not signed in there. Does it send cookies (credentials), or the session's own token?"
    : status === 404
      ? "There is nothing at that address. Are the path and the port right?"
      : "See the log of that server.";

/** Browsers give scripts no details about a failed request: https://fetch.spec.whatwg.org/#cors-protocol */
function unfetched(origin: string | undefined, cause: unknown): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  if (origin === undefined)
    return `token() asked an address that did not answer${typeof code === "string" ? ` (${code})` : ""}. Is the server up, and the address right?`;
  return `token() could not read the answer of its address. Either nothing answers there, or the address is on another origin than this page and does not allow it: then its answers need the header "Access-Control-Allow-Origin: ${origin}", also for OPTIONS (with Access-Control-Allow-Headers, if the request has headers of its own). The browser's console shows the address.`;
}

/** Removes what looks like a token, whole or in part, and the query of a URL, which may hold one. */
const safe = (text: string): string =>
  text
    .slice(0, 4_000)
    .replace(/\beyJ[\w.-]+|[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "…")
    .replace(/\?\S+/g, "?…")
    .slice(0, 200);
