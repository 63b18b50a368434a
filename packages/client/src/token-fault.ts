/** What there may be of a page; servers have no `location`. */
interface Host {
  readonly location?: { readonly origin?: string };
}

/** Why there is no token, and what to look at, by what `token()` threw. Nothing in it is a token. */
export function tokenFault(error: unknown, { location }: Host): string {
  const { name, message, status, code, cause } = (error ?? {}) as Record<string, unknown>;
  const text = typeof message === "string" ? message : "";
  if (code === "invalid")
    return `${safe(text)}. It must give the JWT as a text, or a promise of one: see what the address of the token answers, and with which status (response.ok).`;
  if (name === "SyntaxError")
    return /"eyJ/.test(text)
      ? "token() read JSON, and the answer was none: it looks like the token itself. Read it by response.text()."
      : "token() read JSON, and the answer was none: it may be an error page or a page to sign in. See its status (response.ok) before you read it.";
  if (typeof status === "number") return `token() failed with the status ${status}. ${statusText(status)}`;
  if (name === "TypeError" && /fetch|network|load failed/i.test(text))
    return unfetched(location?.origin, cause);
  return `token() failed: ${safe(`${typeof name === "string" ? name : typeof error}: ${text}`)}`;
}

const statusText = (status: number): string =>
  status === 401 || status === 403
    ? "Whoever asks is not signed in there: are cookies sent (credentials), or the session's own token?"
    : status === 404
      ? "There is nothing at that address: is it the right path, and the right port?"
      : "See the log of that server.";

/** Of a request that failed browsers say nothing more to scripts: https://fetch.spec.whatwg.org/#cors-protocol */
function unfetched(origin: string | undefined, cause: unknown): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  if (origin === undefined)
    return `token() asked an address that did not answer${typeof code === "string" ? ` (${code})` : ""}: is the server up, and the address right?`;
  return `token() asked an address and got no answer that it may read. Either nothing answers there, or the address is of another origin than this page and does not allow it: then its answers need the header "Access-Control-Allow-Origin: ${origin}", those to OPTIONS too (with Access-Control-Allow-Headers, if the request has headers of its own). The browser's console names the address.`;
}

/** Without what looks like a token, whole or in part, or may hold one: a JWT, the query of an address. */
const safe = (text: string): string =>
  text
    .slice(0, 4_000)
    .replace(/\beyJ[\w.-]+|[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "…")
    .replace(/\?\S+/g, "?…")
    .slice(0, 200);
