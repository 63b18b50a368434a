import type { Caller, Clock, Log } from "@callboard/core";
import {
  type HttpError,
  type HttpErrorCode,
  httpErrors,
  type ReplyReceipt,
  refusalStatus,
} from "@callboard/protocol";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { traceOf } from "../aws/errors.ts";
import type { HttpContext } from "../handlers/authorize-http.ts";
import type { BodyIn, ReadBody } from "./json-body.ts";
import { type HttpRoutes, routerOf } from "./route-of.ts";

/** The parts of an HTTP API's event (payload format 2.0) that are read; header names are in lower case. */
export interface HttpEvent extends BodyIn {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly requestContext: {
    /** Also in the access log, to find an `internal` error. */
    readonly requestId: string;
    /** The prefix of the path, unless it is `$default`. */
    readonly stage: string;
    readonly http: { readonly method: string; readonly userAgent?: string };
    readonly authorizer?: { readonly lambda?: HttpContext | null };
  };
}

export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** A request that matches a route, from any caller. */
export interface OpenHttpRequest<Operation extends string> {
  readonly operation: Operation;
  /** The path's value for `{…}`; empty if there is none. */
  readonly id: string;
  readonly event: HttpEvent;
}

/** A request whose caller the authorizer admitted. */
export interface HttpRequest<Operation extends string> extends OpenHttpRequest<Operation> {
  readonly caller: Caller;
}

interface OpenHandlerParts<Operation extends string> {
  readonly routes: HttpRoutes<Operation>;
  readonly log: Log;
  readonly serve: (request: OpenHttpRequest<Operation>) => Promise<HttpAnswer>;
  /** Answers a caller who is not admitted, before anything else is read. */
  readonly refuse?: (event: HttpEvent) => HttpAnswer | undefined;
}

export interface HttpHandlerParts<Operation extends string> {
  readonly routes: HttpRoutes<Operation>;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly serve: (request: HttpRequest<Operation>) => Promise<HttpAnswer>;
}

/** A function behind the HTTP API for callers whom an authorizer admitted. */
export const httpHandler = <Operation extends string>({
  routes,
  clock,
  log,
  serve,
}: HttpHandlerParts<Operation>) =>
  openHttpHandler({
    routes,
    log,
    refuse: (event) =>
      callerOf(event).expiresAt <= clock.now()
        ? httpFailure("unauthorized", undefined, { "www-authenticate": 'Bearer error="invalid_token"' })
        : undefined,
    serve: (request) => serve({ ...request, caller: callerOf(request.event) }),
  });

/**
 * A function behind the HTTP API: finds the route, and answers failures as `internal` with a correlation id. A preflight
 * comes by a route without an authorizer; the API adds the headers for the browser.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function openHttpHandler<Operation extends string>(parts: OpenHandlerParts<Operation>) {
  const { log, serve, refuse } = parts;
  const route = routerOf(parts.routes);

  async function answer(event: HttpEvent): Promise<HttpAnswer> {
    const { method } = event.requestContext.http;
    if (method === "OPTIONS") return { statusCode: 204 };
    const refused = refuse?.(event);
    if (refused) return refused;
    const routed = route(method, pathOf(event));
    if (routed.outcome === "not_found") return httpFailure("not_found");
    if (routed.outcome === "method_not_allowed")
      return httpFailure("method_not_allowed", undefined, { allow: routed.allow.join(", ") });
    return serve({ operation: routed.operation, id: routed.id, event });
  }

  return async (event: HttpEvent): Promise<HttpAnswer> => {
    try {
      return await answer(event);
    } catch (error) {
      const correlationId = event.requestContext.requestId;
      log.warn("a request was not answered", { correlationId, ...traceOf(error) });
      return httpFailure("internal", { correlationId });
    }
  };
}

/** The answer to a request that failed. */
export function httpFailure(
  code: HttpErrorCode,
  details?: Record<string, unknown>,
  headers: Record<string, string> = {},
): HttpAnswer {
  const { status, message } = httpErrors[code];
  const body: HttpError = { error: { code, message, ...(details ? { details } : {}) } };
  return httpResult(status, body, headers);
}

/** The answer to a body that could not be read. */
export const httpUnread = ({ code, issues }: Extract<ReadBody<unknown>, { ok: false }>): HttpAnswer =>
  httpFailure(code, issues && { issues });

/** A JSON answer that must not be cached. */
export const httpResult = (
  statusCode: number,
  body: object,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

/** The header with the time to wait before the next request. */
export const retryAfter = (ms: number): Record<string, string> => ({
  "retry-after": String(Math.ceil(ms / 1000)),
});

/** The outcome of a reply; a refused one is never a 200. */
export function httpReceipt(receipt: ReplyReceipt): HttpAnswer {
  if (receipt.status === "accepted" || receipt.code === undefined) return httpResult(200, receipt);
  const wait = receipt.details?.retryAfterMs;
  return httpResult(refusalStatus[receipt.code], receipt, typeof wait === "number" ? retryAfter(wait) : {});
}

/** Only the authorizer can write it. */
function callerOf({ requestContext }: HttpEvent): Caller {
  const caller = requestContext.authorizer?.lambda?.caller;
  if (typeof caller !== "string") throw new Error("the authorizer named no caller");
  return JSON.parse(caller) as Caller;
}

function pathOf({ rawPath, requestContext: { stage } }: HttpEvent): string {
  const prefix = `/${stage}`;
  return rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
}
