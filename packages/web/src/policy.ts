/** The origins from which a page's script, pictures and videos may come, and which the script may call. */
export interface PageOrigins {
  /** The WebSocket API: `wss://…`. */
  readonly socket: string;
  /** The HTTP API. */
  readonly http: string;
  /** Uploads, videos and pictures. */
  readonly files: string;
  /** The issuer's origins, and those of its tokens. */
  readonly signIn?: readonly string[];
}

/**
 * The pages' Content-Security-Policy, for a host that knows all addresses. Pictures of proposals may come
 * from anywhere; CSP allows styles that scripts set. `frame-ancestors` works only in a header.
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
 * The policy that is built into the pages for any host: the addresses of the APIs and the storage are known
 * only at run time; everything else comes from the page's own origin. A host that knows more also sends
 * `pagePolicy`.
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

/** The page that other sites may show in a frame. In such a frame it has nothing to press. */
export const framedPage = "/viewer.html";

/** A page's policy that allows its own origin and these to show it in a frame; `*` means anybody. */
export const framedBy = (policy: string, origins: readonly string[]): string =>
  policy.replace("frame-ancestors 'none'", `frame-ancestors ${["'self'", ...origins].join(" ")}`);

/**
 * The other headers of the pages' host; without `x-frame-options` for the page that others may frame.
 * `Strict-Transport-Security` is only for hosts with a certificate.
 */
export const pageHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
} as const;

/** How long browsers use only https for a host, in seconds: a year. */
export const HSTS_SECONDS = 31_536_000;

/** A URL's origin, for a policy. */
function originOf(address: string): string {
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
