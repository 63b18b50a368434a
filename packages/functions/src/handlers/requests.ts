import type { Acting, App, Caller, Clock, Log } from "@callboard/core";
import {
  type HttpError,
  type HttpErrorCode,
  httpErrors,
  LONGEST_SEARCH,
  type PeopleFound,
  type ReplyReceipt,
  RequestId,
  type RequestList,
  refusalStatus,
} from "@callboard/protocol";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { traceOf } from "../aws/errors.ts";
import type { HttpContext } from "./authorize-http.ts";
import { type BodyIn, readReply } from "./reply-body.ts";
import { type Routed, routeRequest } from "./request-routes.ts";

export interface RequestsParts {
  readonly app: {
    readonly feedback: Pick<App["feedback"], "list" | "view" | "reply">;
    readonly people: App["people"];
  };
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** What is read of an HTTP API's event (payload format 2.0); header names are in lower case. */
export interface RequestsEvent extends BodyIn {
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

const LONGEST_DEVICE = 120;

/**
 * The HTTP API: `GET /requests`, `GET /requests/{id}`, `GET /people`, `POST /requests/{id}/replies`. Only a POST answers a
 * question; whoever comes is noted, so that others find them by name; a refused reply is never a 200; what goes wrong is answered as `internal` with a correlation id.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function requestsHandler({ app, clock, log }: RequestsParts) {
  async function answer(event: RequestsEvent): Promise<APIGatewayProxyStructuredResultV2> {
    const caller = callerOf(event);
    if (caller.expiresAt <= clock.now())
      return failure("unauthorized", undefined, { "www-authenticate": 'Bearer error="invalid_token"' });
    const routed = routeRequest(event.requestContext.http.method, pathOf(event));
    if (routed.outcome === "not_found") return failure("not_found");
    if (routed.outcome === "method_not_allowed")
      return failure("method_not_allowed", undefined, { allow: routed.allow.join(", ") });
    const [answered] = await Promise.all([serve(event, caller, routed), app.people.note(caller)]);
    return answered;
  }

  async function serve(
    event: RequestsEvent,
    caller: Caller,
    { operation, id }: Routed & { outcome: "found" },
  ): Promise<APIGatewayProxyStructuredResultV2> {
    if (operation === "listRequests")
      return result(200, { requests: await app.feedback.list(caller) } satisfies RequestList);
    if (operation === "findPeople") return find(event, caller);
    const requestId = RequestId.safeParse(id);
    if (!requestId.success) return failure("bad_message", { issues: ["requestId: a request id is req_…"] });
    if (operation === "viewRequest") {
      const view = await app.feedback.view(caller, requestId.data);
      return typeof view === "string" ? failure(view) : result(200, view);
    }
    const read = readReply(event);
    if (!read.ok) return failure(read.code, read.issues && { issues: read.issues });
    const { reply, lost } = read;
    const about = { requestId: requestId.data, replyId: reply.replyId };
    if (lost.length > 0)
      return received({ ...about, status: "refused", code: "invalid", details: { issues: lost } });
    const acting: Acting = { caller, origin: { way: "http", device: deviceOf(event) } };
    return received({ ...about, ...(await app.feedback.reply(acting, requestId.data, reply)) });
  }

  async function find({ rawQueryString }: RequestsEvent, caller: Caller) {
    const query = new URLSearchParams(rawQueryString);
    const requestId = RequestId.safeParse(query.get("request"));
    const name = (query.get("name") ?? "").trim();
    const issues = [
      ...(requestId.success ? [] : ["request: the id of the request that is to be put to others"]),
      ...(name !== "" && name.length <= LONGEST_SEARCH ? [] : [`name: 1 to ${LONGEST_SEARCH} letters`]),
    ];
    if (!requestId.success || issues.length > 0) return failure("bad_message", { issues });
    const found = await app.people.find(caller, { requestId: requestId.data, name });
    return typeof found === "string" ? failure(found) : result(200, { people: found } satisfies PeopleFound);
  }

  return async (event: RequestsEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      return await answer(event);
    } catch (error) {
      const correlationId = event.requestContext.requestId;
      log.warn("a request was not answered", { correlationId, ...traceOf(error) });
      return failure("internal", { correlationId });
    }
  };
}

function received(receipt: ReplyReceipt): APIGatewayProxyStructuredResultV2 {
  if (receipt.status === "accepted" || receipt.code === undefined) return result(200, receipt);
  const wait = receipt.details?.retryAfterMs;
  const headers = typeof wait === "number" ? { "retry-after": String(Math.ceil(wait / 1000)) } : {};
  return result(refusalStatus[receipt.code], receipt, headers);
}

function failure(
  code: HttpErrorCode,
  details?: Record<string, unknown>,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 {
  const { status, message } = httpErrors[code];
  const body: HttpError = { error: { code, message, ...(details ? { details } : {}) } };
  return result(status, body, headers);
}

const result = (
  statusCode: number,
  body: object,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

/** The authorizer wrote it, and nobody else can. */
function callerOf({ requestContext }: RequestsEvent): Caller {
  const caller = requestContext.authorizer?.lambda?.caller;
  if (typeof caller !== "string") throw new Error("the authorizer named no caller");
  return JSON.parse(caller) as Caller;
}

function pathOf({ rawPath, requestContext: { stage } }: RequestsEvent): string {
  const prefix = `/${stage}`;
  return rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
}

/** What a client calls itself, as far as it can be shown: printable ASCII of a bounded length. */
function deviceOf({ requestContext: { http } }: RequestsEvent): string {
  const shown = (http.userAgent ?? "").replace(/[^\x20-\x7e]+/g, " ").trim();
  return shown.slice(0, LONGEST_DEVICE) || "unknown";
}
