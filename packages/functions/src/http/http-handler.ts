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

/** What is read of an HTTP API's event (payload format 2.0); header names are in lower case. */
export interface HttpEvent extends BodyIn {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly requestContext: {
    /** Also in the access log: what an `internal` error is found by. */
    readonly requestId: string;
    /** Begins the path, unless it is `$default`. */
    readonly stage: string;
    readonly http: { readonly method: string; readonly userAgent?: string };
    readonly authorizer?: { readonly lambda?: HttpContext | null };
  };
}

export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** A request that has a route, from whomever. */
export interface OpenHttpRequest<Operation extends string> {
  readonly operation: Operation;
  /** What stands in the path for `{…}`; empty where there is none. */
  readonly id: string;
  readonly event: HttpEvent;
}

/** One whose caller the authorizer let in. */
export interface HttpRequest<Operation extends string> extends OpenHttpRequest<Operation> {
  readonly caller: Caller;
}

interface OpenHandlerParts<Operation extends string> {
  readonly routes: HttpRoutes<Operation>;
  readonly log: Log;
  readonly serve: (request: OpenHttpRequest<Operation>) => Promise<HttpAnswer>;
  /** What answers whoever is not let in, before anything is looked at. */
  readonly refuse?: (event: HttpEvent) => HttpAnswer | undefined;
}

export interface HttpHandlerParts<Operation extends string> {
  readonly routes: HttpRoutes<Operation>;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly serve: (request: HttpRequest<Operation>) => Promise<HttpAnswer>;
}

/** A function behind the HTTP API for those whom an authorizer let in; the caller is who it says. */
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
 * A function behind the HTTP API: finds the route, and answers what goes wrong as `internal` with a correlation id. A
 * preflight comes by a route without an authorizer: the API adds what the browser wants to know.
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

/** What answers a request that could not be handled. */
export function httpFailure(
  code: HttpErrorCode,
  details?: Record<string, unknown>,
  headers: Record<string, string> = {},
): HttpAnswer {
  const { status, message } = httpErrors[code];
  const body: HttpError = { error: { code, message, ...(details ? { details } : {}) } };
  return httpResult(status, body, headers);
}

/** What answers a body that could not be read. */
export const httpUnread = ({ code, issues }: Extract<ReadBody<unknown>, { ok: false }>): HttpAnswer =>
  httpFailure(code, issues && { issues });

/** An answer of JSON that nobody keeps. */
export const httpResult = (
  statusCode: number,
  body: object,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

/** The header that says when to come again. */
export const retryAfter = (ms: number): Record<string, string> => ({
  "retry-after": String(Math.ceil(ms / 1000)),
});

/** What became of a reply: one that was refused is never a 200. */
export function httpReceipt(receipt: ReplyReceipt): HttpAnswer {
  if (receipt.status === "accepted" || receipt.code === undefined) return httpResult(200, receipt);
  const wait = receipt.details?.retryAfterMs;
  return httpResult(refusalStatus[receipt.code], receipt, typeof wait === "number" ? retryAfter(wait) : {});
}

/** The authorizer wrote it, and nobody else can. */
function callerOf({ requestContext }: HttpEvent): Caller {
  const caller = requestContext.authorizer?.lambda?.caller;
  if (typeof caller !== "string") throw new Error("the authorizer named no caller");
  return JSON.parse(caller) as Caller;
}

function pathOf({ rawPath, requestContext: { stage } }: HttpEvent): string {
  const prefix = `/${stage}`;
  return rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
}
