import { answerRoutes } from "@callboard/protocol";

/** A route of the HTTP API as API Gateway names it, and the function that it leads to. */
export interface HttpRoute {
  readonly key: string;
  readonly to: "requests" | "videos";
  /** Whether the token is checked first; a browser sends none with a preflight. */
  readonly authorized: boolean;
}

/**
 * The routes of the HTTP API, deployed and on one machine: what nobody else has goes to `requests`, and the videos are
 * there where the post-processing is. The route for all (and one for any method of a path) takes preflights too and its
 * authorizer refuses them, whatever the API's own configuration says: so they have a route of their own, and no other
 * route takes every method.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html#http-api-cors-default-route
 */
export const httpRoutes: readonly HttpRoute[] = [
  { key: "$default", to: "requests", authorized: true },
  { key: "OPTIONS /{proxy+}", to: "requests", authorized: false },
  // Their tokens are in what is sent, and the function reads them.
  ...Object.values(answerRoutes).map(
    ({ method, path }): HttpRoute => ({ key: `${method} ${path}`, to: "requests", authorized: false }),
  ),
  { key: "GET /videos", to: "videos", authorized: true },
  { key: "POST /videos", to: "videos", authorized: true },
  { key: "POST /videos/{proxy+}", to: "videos", authorized: true },
];

/** What the HTTP API tells browsers, beside the origins: tokens travel in a header, and never cookies. */
export const httpCors = {
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["retry-after", "www-authenticate"],
  /** How long a browser may remember it: two hours, which is the longest that one of them does. */
  maxAgeSeconds: 7200,
} as const;

/** Of pages from anywhere: who comes without a token gets nothing, wherever they come from. */
export const anyOrigin: readonly string[] = ["*"];

const ORIGIN = /^https?:\/\/(\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?)$/;

/** Reads origins parted by commas, as browsers name them; undefined if one of them is none. */
export function readOrigins(text: string): string[] | undefined {
  const origins = text.split(",").map((one) => one.trim().replace(/\/$/, ""));
  return origins.every((one) => one === "*" || ORIGIN.test(one)) ? origins : undefined;
}
