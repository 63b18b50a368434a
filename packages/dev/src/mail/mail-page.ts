import type { Mail } from "@callboard/aws-local";

/**
 * The policy of a mail's own HTML and of its files: no script, no form, no frame; links open a tab, or take the place of
 * the page around it. Pictures and styles are wherever the mail says, as in a mail program.
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

/** Links open a tab, unless they say otherwise. */
const BASE = '<base target="_blank">';

/** A mail's HTML, in which `cid:` addresses are those of its files, and links open a tab. */
export function mailPage({ html }: Mail, addressOf: (contentId: string) => string | undefined): string {
  // A content id goes as far as any address does (https://www.rfc-editor.org/rfc/rfc2392).
  const linked = html.replace(/\bcid:([^\s"'<>)]+)/gi, (whole, written: string) => {
    return addressOf(idIn(written)) ?? addressOf(written) ?? whole;
  });
  // Before anything else of the head, but behind what tells a browser how to lay the page out.
  const [start = ""] = /^\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?/i.exec(linked) ?? [];
  return start + BASE + linked.slice(start.length);
}

/** In an address, characters of an id may be written as `%40`, and in HTML `&` as `&amp;`. */
function idIn(written: string): string {
  const text = written.replaceAll("&amp;", "&");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
