import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { errorName } from "../aws/errors.ts";
import { dnsAddresses, type ResolveAddresses } from "./dns-addresses.ts";
import { type Place, portOf, problemForOthers, readPlace } from "./judge-url.ts";
import { isPublicAddress } from "./public-address.ts";

/** What to request from an address that somebody named. */
export interface GuardedRequest {
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Most bytes of the answer's body. */
  readonly mostBytes: number;
}

interface Answered {
  readonly outcome: "answered";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether this is the complete body: not if it was too long, too slow or cut off. */
  readonly whole: boolean;
}

/** The outcome. Reasons are fixed texts: they contain nothing of an address or an answer. */
export type Fetched =
  | Answered
  /** The address, or one that it redirects to, may not be fetched. */
  | { readonly outcome: "forbidden"; readonly reason: string }
  /** It did not answer, or not correctly. */
  | { readonly outcome: "failed"; readonly reason: string };

/** Never rejects because of an address or its server. */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<Fetched>;

export interface GuardOptions {
  readonly resolve?: ResolveAddresses;
  /**
   * IP addresses that may be reached although they are not public, also by `http:` and on any port. For your own machine
   * and for tests, never from a deployment's settings.
   */
  readonly allow?: (address: string) => boolean;
  /** Trusted certificates, as PEM, in place of the usual ones. */
  readonly ca?: string;
  /** Timeout of the whole fetch, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
}

const REDIRECTS = 3;
const TIMEOUT_MS = 10_000;
/**
 * Timeout of each IP address before the next is tried, in milliseconds; Node's default of 250 is too short for distant
 * ones.
 */
const ATTEMPT_MS = 1500;
const MAX_ATTEMPTS = 4;

const LATE = "it took too long";
/** After these redirects a POST stays the same POST. */
const KEEPS_METHOD = new Set([307, 308]);
const REDIRECTING = new Set([301, 302, 303, ...KEEPS_METHOD]);

/**
 * Fetches addresses that people name (SSRF: https://owasp.org/www-community/attacks/Server_Side_Request_Forgery): only
 * https, and only public internet addresses. A name is looked up once, all its addresses must be public, and the
 * connection goes to one of these. So no other DNS answer can come between check and connection. A redirect is checked
 * like the address itself.
 */
export function guardedFetch({
  resolve = dnsAddresses(),
  allow = () => false,
  ca,
  timeoutMs = TIMEOUT_MS,
}: GuardOptions = {}): GuardedFetch {
  /** The IP addresses to connect to, all of them allowed, and whether they are all local; or why not. */
  async function open(place: Place, mayBeOwn: boolean, signal: AbortSignal) {
    const { host } = place;
    const addresses = isIP(host)
      ? [host]
      : await unless(
          signal,
          resolve(host).catch(() => []),
        );
    if (addresses.length === 0) return { outcome: "failed", reason: "its name has no address" } as const;
    const isOwn = (address: string) => mayBeOwn && allow(address);
    const own = addresses.every(isOwn);
    const problem = own ? undefined : problemForOthers(place);
    if (problem) return forbidden(problem);
    if (!addresses.every((address) => isOwn(address) || isPublicAddress(address)))
      return forbidden("its address is not one of the public internet");
    return { outcome: "open", addresses, own } as const;
  }

  async function follow(url: string, asked: GuardedRequest, signal: AbortSignal): Promise<Fetched> {
    let place = readPlace(url);
    // A public server may not redirect into your own machine.
    let mayBeOwn = true;
    for (let redirects = 0; ; redirects++) {
      if ("problem" in place) return forbidden(place.problem);
      const opened = await open(place, mayBeOwn, signal);
      if (opened.outcome !== "open") return opened;
      const answer = await exchange(place, opened.addresses, asked, ca, signal);
      const next = answer.outcome === "answered" && redirectOf(answer);
      if (!next) return answer;
      if (asked.method === "POST" && !KEEPS_METHOD.has(answer.status))
        return { outcome: "failed", reason: "it redirects a post by neither 307 nor 308" };
      if (redirects === REDIRECTS)
        return { outcome: "failed", reason: `it redirects more than ${REDIRECTS} times` };
      place = readPlace(next, place.url.href);
      mayBeOwn &&= opened.own;
    }
  }

  return async (url, asked) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await follow(url, asked, signal);
    } catch (error) {
      if (signal.aborted) return { outcome: "failed", reason: LATE };
      throw error;
    }
  };
}

const forbidden = (reason: string) => ({ outcome: "forbidden", reason }) as const;

/** A promise's result, unless the timeout comes first. */
function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const over = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, over]);
}

const redirectOf = ({ status, headers }: Answered): string | undefined =>
  REDIRECTING.has(status) ? headers.location : undefined;

/** One request and its answer, on a connection of its own to one of these IP addresses. */
function exchange(
  place: Place,
  addresses: readonly string[],
  { method, headers, body, mostBytes }: GuardedRequest,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Exclude<Fetched, { outcome: "forbidden" }>> {
  const { url, host } = place;
  const options: RequestOptions & { autoSelectFamilyAttemptTimeout: number } = {
    method,
    host,
    port: portOf(place),
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host, "content-length": Buffer.byteLength(body ?? "") },
    lookup: always(addresses.slice(0, MAX_ATTEMPTS)),
    autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
    // No shared agent: it could reuse a connection from before a check, or use a proxy from the environment.
    agent: false,
    // Set explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED has no effect.
    rejectUnauthorized: true,
    insecureHTTPParser: false,
    signal,
    ...(ca === undefined ? {} : { ca }),
  };
  return new Promise((resolve) => {
    const fail = (error?: Error) => resolve({ outcome: "failed", reason: reasonOf(error, signal) });
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(options);
    request.on("response", (response) => resolve(readAnswer(response, mostBytes)));
    request.on("error", fail);
    request.on("close", () => fail());
    request.end(body);
  });
}

/** A lookup that always returns these addresses. */
const always = (addresses: readonly string[]): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_, options, done) => (options.all ? done(null, all) : done(null, all[0]!.address, all[0]!.family));
};

function reasonOf(error: Error | undefined, signal: AbortSignal): string {
  if (signal.aborted) return LATE;
  return /CERT|SSL|TLS|UNABLE_TO_/.test(errorName(error))
    ? "its certificate cannot be trusted"
    : "it could not be reached";
}

/** Reads an answer up to a number of bytes; then it drops the rest and the connection. */
function readAnswer(response: IncomingMessage, mostBytes: number): Promise<Answered> {
  return new Promise((resolve) => {
    const { statusCode: status = 0, headers } = response;
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) response.destroy();
    });
    // A later error does not matter.
    response.on("error", () => {});
    response.on("close", () => {
      const body = Buffer.concat(chunks).subarray(0, mostBytes);
      resolve({ outcome: "answered", status, headers, body, whole: response.complete && bytes <= mostBytes });
    });
    // The target of a redirect is in the headers.
    if (REDIRECTING.has(status)) response.destroy();
  });
}
