import type { IncomingHttpHeaders } from "node:http";
import type { HttpResult } from "./results.ts";

/** An HTTP API's CORS configuration. */
export interface HttpCors {
  /** `https://app.example`, or `*`, `https://*` and `http://*` for any. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** Whether a request is a preflight for API Gateway: by its method, the origin and the requested method. */
export const isPreflight = (method: string | undefined, headers: IncomingHttpHeaders): boolean =>
  method === "OPTIONS" &&
  headers.origin !== undefined &&
  headers["access-control-request-method"] !== undefined;

/** The API's own answer to a preflight without a route. */
export const preflightAnswer: HttpResult = { statusCode: 204, headers: new Map(), body: "" };

/**
 * Replaces an integration's CORS headers with the configured ones. A request without an origin, or with one that is not
 * allowed, gets none. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function withCorsHeaders(
  cors: HttpCors,
  method: string | undefined,
  requestHeaders: IncomingHttpHeaders,
  { headers, ...result }: HttpResult,
): HttpResult {
  const { origin } = requestHeaders;
  const own = [...headers].filter(([name]) => !name.startsWith("access-control-"));
  const allowed = origin === undefined ? undefined : allowedOrigin(cors.allowOrigins, origin);
  if (allowed === undefined) return { ...result, headers: new Map(own) };
  const { exposeHeaders = [], maxAgeSeconds } = cors;
  const added: [string, string][] = [["access-control-allow-origin", allowed]];
  if (isPreflight(method, requestHeaders)) {
    added.push(["access-control-allow-methods", cors.allowMethods.join(",")]);
    added.push(["access-control-allow-headers", cors.allowHeaders.join(",")]);
    if (maxAgeSeconds !== undefined) added.push(["access-control-max-age", String(maxAgeSeconds)]);
  } else if (exposeHeaders.length > 0) {
    added.push(["access-control-expose-headers", exposeHeaders.join(",")]);
  }
  return { ...result, headers: new Map([...own, ...added]) };
}

function allowedOrigin(allowed: readonly string[], origin: string): string | undefined {
  if (allowed.includes("*")) return "*";
  const scheme = `${origin.split("://")[0]}://*`;
  return allowed.includes(origin) || allowed.includes(scheme) ? origin : undefined;
}
