import type { Mail } from "@callboard/aws-local";

/**
 * The policy of a mail's own HTML and files: no scripts, forms or frames; links open a tab or replace the
 * surrounding page. Pictures and styles may come from anywhere, as in a mail program.
 */
export const framePolicy = [
  "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
  "default-src 'none'",
  "img-src 'self' data: https: http://127.0.0.1:* http://localhost:*",
  "style-src 'unsafe-inline' https:",
  "font-src data: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/** Links open a tab unless they name another target. */
const BASE = '<base target="_blank">';

/** A mail's HTML, with `cid:` addresses that point to its files and links that open a tab. */
export function mailPage({ html }: Mail, addressOf: (contentId: string) => string | undefined): string {
  // A content id has the syntax of an address (https://www.rfc-editor.org/rfc/rfc2392).
  const linked = html.replace(/\bcid:([^\s"'<>)]+)/gi, (whole, written: string) => {
    return addressOf(idIn(written)) ?? addressOf(written) ?? whole;
  });
  // At the start of the head, but after the doctype, which decides how the browser lays out the page.
  const [start = ""] = /^\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?/i.exec(linked) ?? [];
  return start + BASE + linked.slice(start.length);
}

/** Decodes an id in an address, where `@` may be `%40` and, in HTML, `&` is `&amp;`. */
function idIn(written: string): string {
  const text = written.replaceAll("&amp;", "&");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
