import { answerRoutes } from "@callboard/protocol";

/** A route of the HTTP API in API Gateway's syntax, and its function. */
export interface HttpRoute {
  readonly key: string;
  readonly to: "requests" | "videos";
  /** Whether the token is checked first; browsers send none with a preflight. */
  readonly authorized: boolean;
}

/**
 * The routes of the HTTP API, deployed and on one machine. `requests` takes all paths that no other function has; the
 * videos' routes exist only with post-processing. A `$default` or `ANY` route also takes preflights, and its authorizer
 * refuses them whatever the API's CORS configuration says. So preflights have a route of their own, and no other route
 * takes every method.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html#http-api-cors-default-route
 */
export const httpRoutes: readonly HttpRoute[] = [
  { key: "$default", to: "requests", authorized: true },
  { key: "OPTIONS /{proxy+}", to: "requests", authorized: false },
  // Their tokens are in the body, and the function reads them.
  ...Object.values(answerRoutes).map(
    ({ method, path }): HttpRoute => ({ key: `${method} ${path}`, to: "requests", authorized: false }),
  ),
  { key: "GET /videos", to: "videos", authorized: true },
  { key: "POST /videos", to: "videos", authorized: true },
  { key: "POST /videos/{proxy+}", to: "videos", authorized: true },
];

/** What the HTTP API tells browsers, besides the origins: tokens travel in a header, never in cookies. */
export const httpCors = {
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["retry-after", "www-authenticate"],
  /** How long a browser may cache a preflight: two hours, the longest that any browser allows. */
  maxAgeSeconds: 7200,
} as const;

/** Allows pages from any origin: a caller without a token gets nothing from any page. */
export const anyOrigin: readonly string[] = ["*"];

const ORIGIN = /^https?:\/\/(\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?)$/;

/** Reads origins separated by commas, as browsers send them; undefined if one of them is not valid. */
export function readOrigins(text: string): string[] | undefined {
  const origins = text.split(",").map((one) => one.trim().replace(/\/$/, ""));
  return origins.every((one) => one === "*" || ORIGIN.test(one)) ? origins : undefined;
}
