/** Where the pages' script, pictures and videos may come from, and what the script may call; each an origin. */
export interface PageOrigins {
  /** The WebSocket API: `wss://…`. */
  readonly socket: string;
  /** The HTTP API. */
  readonly http: string;
  /** Uploads, videos and pictures. */
  readonly files: string;
  /** Who signs people in, and where its tokens come from. */
  readonly signIn?: readonly string[];
}

/**
 * The pages' Content-Security-Policy, of a host that says where everything is. Pictures of proposals may be anybody's;
 * styles that scripts set are allowed by CSP as they are. `frame-ancestors` counts in a header alone.
 * https://www.w3.org/TR/CSP3/
 */
export function pagePolicy({ socket, http, files, signIn = [] }: PageOrigins): string {
  const own = [socket, http, files, ...signIn].map(originOf);
  return [
    "default-src 'self'",
    `connect-src ${["'self'", ...new Set(own)].join(" ")}`,
    `img-src 'self' ${originOf(files)} https: blob: data:`,
    `media-src 'self' ${originOf(files)} blob:`,
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

/**
 * What is built into the pages for whatever host serves them: the APIs and the storage have addresses of their own, known
 * only at run time; everything else comes from the page's own origin. A host that knows more says `pagePolicy` besides.
 */
export const builtInPolicy = [
  "default-src 'self'",
  "connect-src 'self' ws: wss: http: https:",
  "img-src 'self' data: blob: http: https:",
  "media-src 'self' blob: http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

/** The page that pages of others may show in a frame. In a frame of theirs there is nothing to press in it. */
export const framedPage = "/viewer.html";

/** A policy of a page that its own origin and these may show in a frame; `*` is anybody. */
export const framedBy = (policy: string, origins: readonly string[]): string =>
  policy.replace("frame-ancestors 'none'", `frame-ancestors ${["'self'", ...origins].join(" ")}`);

/** What every answer of the pages' host says besides; not `x-frame-options` of the page that others may frame. `Strict-Transport-Security` is for hosts that have a certificate. */
export const pageHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
} as const;

/** Seconds for which browsers remember that a host is to be reached over https alone: a year. */
export const HSTS_SECONDS = 31_536_000;

/** An address without its path, as a policy names it. */
function originOf(address: string): string {
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
