import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock/clock.ts";
import type { HttpService } from "../endpoint/aws-json.ts";
import { foreignness } from "../endpoint/loopback.ts";
import { readAtMost } from "../endpoint/read-at-most.ts";
import { invoke } from "../gateway/invoke.ts";
import { tokenBucket } from "../gateway/limits.ts";
import { type HttpCors, isPreflight, preflightAnswer, withCorsHeaders } from "./cors.ts";
import {
  authorizerEventOf,
  contextOf,
  type HttpAuthorizerEvent,
  type HttpEvent,
  httpEventOf,
  type LambdaContext,
  partsOf,
} from "./events.ts";
import { awsHttpLimits, type HttpApiLimits } from "./limits.ts";
import { type HttpResult, readAuthorizerResult, readHttpResult } from "./results.ts";
import { type Selected, selectRoute } from "./routes.ts";

/** A route of the API. */
export interface HttpApiRoute {
  /** `GET /pets/{id}`, `ANY /pets/{proxy+}` or `$default`. */
  key: string;
  /** Returns `{isAuthorized, context}`, a simple response; its identity source is the `Authorization` header. */
  authorizer?: (event: HttpAuthorizerEvent) => Promise<unknown>;
  /** Returns `{statusCode, headers?, body?}`, or a value that is answered as JSON. */
  integration: (event: HttpEvent) => Promise<unknown>;
}

export interface HttpApiOptions {
  clock: Clock;
  routes: readonly HttpApiRoute[];
  /** Without it the API answers no preflight and adds no header. */
  cors?: HttpCors;
  limits?: Partial<HttpApiLimits>;
  /** Called with a function's error, or with what is wrong with its answer. Default: writes it to stderr. */
  onError?: (what: string, cause: unknown) => void;
}

/** The API's own answers, in AWS's words: `{message}`. */
const own = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Request Entity Too Large",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

type OwnStatus = keyof typeof own;

/**
 * An API Gateway HTTP API with Lambda integrations and authorizers, all in payload format 2.0. A preflight is routed
 * like any OPTIONS request, with the route's authorizer; if no route matches, the API answers it by its configuration.
 * Other sites' pages and hosts are refused, whatever the CORS configuration.
 */
export function createHttpApi(options: HttpApiOptions): HttpService {
  const { clock } = options;
  const limits = { ...awsHttpLimits, ...options.limits };
  const onError = options.onError ?? ((what, cause) => console.error(`http api: ${what} failed`, cause));
  const takeToken = tokenBucket(clock, limits.requestsPerSecond, limits.requestBurst);
  let inFlight = 0;

  async function answer(request: IncomingMessage): Promise<HttpResult | OwnStatus | "aborted"> {
    if (headBytes(request) > limits.headBytes) return 431;
    if (!takeToken()) return 429;
    const { method = "GET", url = "/" } = request;
    const selected = selectRoute(options.routes, method, url.split("?")[0]!);
    if (selected) return serveRoute(request, selected);
    return options.cors && isPreflight(method, request.headers) ? preflightAnswer : 404;
  }

  /** The authorizer's context, if there is an authorizer; or the status of its refusal. */
  async function authorize(
    { authorizer }: HttpApiRoute,
    parts: ReturnType<typeof partsOf>,
    context: ReturnType<typeof contextOf>,
  ): Promise<{ readonly lambda?: LambdaContext } | OwnStatus> {
    if (!authorizer) return {};
    const identity = parts.headers.authorization;
    if (!identity) return 401;
    const authorized = await invoke(clock, limits.authorizerMs, () =>
      authorizer(authorizerEventOf(parts, context, identity)),
    );
    if (authorized.kind === "failed") onError("the authorizer", authorized.cause);
    if (authorized.kind !== "returned") return 500;
    const verdict = readAuthorizerResult(authorized.value);
    if (!verdict) {
      onError("the authorizer", new Error("its result is malformed"));
      return 500;
    }
    return verdict.isAuthorized ? { lambda: verdict.context } : 403;
  }

  async function serveRoute(
    request: IncomingMessage,
    selected: Selected<HttpApiRoute>,
  ): Promise<HttpResult | OwnStatus | "aborted"> {
    const { route } = selected;
    const parts = partsOf(request, selected);
    const context = contextOf(request, parts, clock.now());
    const authorized = await authorize(route, parts, context);
    if (typeof authorized === "number") return authorized;

    const body = await readAtMost(request, limits.bodyBytes);
    if (body === "aborted") return body;
    if (body === "too_large") return 413;
    const event = httpEventOf(parts, context, authorized.lambda, body);
    const integrated = await invoke(clock, limits.integrationMs, () => route.integration(event));
    if (integrated.kind === "timed_out") return 503;
    if (integrated.kind === "failed") {
      onError("the integration", integrated.cause);
      return 500;
    }
    const result = readHttpResult(integrated.value, limits.answerBytes);
    if (result) return result;
    onError("the integration", new Error("its result is malformed or too large"));
    return 500;
  }

  const serve: HttpService = async (request, response) => {
    if (inFlight >= limits.inFlight) return respond(request, response, 503);
    inFlight++;
    try {
      const result = await answer(request);
      if (result === "aborted") return;
      // The API's own answers have no CORS headers: AWS promises them only for integrations.
      const isOwn = typeof result === "number" || !options.cors;
      const sent = isOwn ? result : withCorsHeaders(options.cors!, request.method, request.headers, result);
      respond(request, response, sent);
    } finally {
      inFlight--;
    }
  };
  return async (request, response) =>
    foreignness(request) ? respond(request, response, 403) : serve(request, response);
}

/** Answers, and discards a body that nobody has read. */
function respond(request: IncomingMessage, response: ServerResponse, result: HttpResult | OwnStatus): void {
  request.resume();
  if (typeof result !== "number") {
    for (const [name, value] of result.headers) response.setHeader(name, value);
    response.writeHead(result.statusCode).end(result.body);
    return;
  }
  response.writeHead(result, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: own[result] }));
}

/**
 * Whether the identity source is missing. A token that is too long is left to the authorizer, which can say why it
 * refuses.
 */
const headBytes = ({ method = "", url = "", rawHeaders, headers }: IncomingMessage): number =>
  [method, url, ...rawHeaders].reduce((sum, text) => sum + Buffer.byteLength(text), 0) -
  Buffer.byteLength(headers.authorization ?? "");
