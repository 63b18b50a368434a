import type { IncomingMessage, ServerResponse } from "node:http";
import { readAtMost } from "../endpoint/read-at-most.ts";
import type { Connection, PostOutcome } from "./connection.ts";
import { newId } from "./events.ts";

const UNDER_CONNECTIONS = /^(?:\/[^/?]+)?\/@connections(?:[/?]|$)/;

/** Whether a request's address belongs to the `@connections` API. */
export const isConnectionsPath = (url: string): boolean => UNDER_CONNECTIONS.test(url);

const PATH = /^(?:\/[^/?]+)?\/@connections\/([^/?]+)\/?(?:\?.*)?$/;

interface Refusal {
  status: number;
  /** The exception's name, in `x-amzn-ErrorType`: the SDK makes a typed error of it. */
  type: string;
  message: string;
}

const FORBIDDEN = { status: 403, type: "ForbiddenException", message: "Forbidden" };
const GONE = { status: 410, type: "GoneException", message: "Gone" };
const TOO_LARGE = { status: 413, type: "PayloadTooLargeException", message: "Message too long" };
const THROTTLED = { status: 429, type: "LimitExceededException", message: "Too Many Requests" };
const NO_ROUTE = {
  status: 403,
  type: "MissingAuthenticationTokenException",
  message: "Missing Authentication Token",
};

/**
 * The `@connections` API: POST, GET and DELETE of `/@connections/{id}`, also under a stage. A request must carry a SigV4
 * `Authorization` header; the signature itself is not checked. Its server has already refused foreign requests.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function connectionsApi(options: {
  messageBytes: number;
  takeToken: () => boolean;
  find: (connectionId: string) => Connection | undefined;
  /** Posts without using a token of the rate limit. */
  post: (connectionId: string, data: Uint8Array) => PostOutcome;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const id = connectionIdOf(request.url ?? "");
    if (id === undefined) return refuse(request, response, NO_ROUTE);
    if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      return refuse(request, response, FORBIDDEN);
    }
    if (!options.takeToken()) return refuse(request, response, THROTTLED);
    switch (request.method) {
      case "POST": {
        const data = await readAtMost(request, options.messageBytes);
        if (data === "aborted") return;
        const outcome = data === "too_large" ? data : options.post(id, data);
        if (outcome === "gone") return refuse(request, response, GONE);
        if (outcome === "too_large") return refuse(request, response, TOO_LARGE);
        if (outcome === "throttled") return refuse(request, response, THROTTLED);
        return answer(response, 200);
      }
      case "GET": {
        const connection = options.find(id);
        if (!connection) return refuse(request, response, GONE);
        const { connectedAt, identity } = connection.facts;
        return answer(response, 200, {
          connectedAt: new Date(connectedAt).toISOString(),
          identity,
          lastActiveAt: new Date(connection.lastActiveAt()).toISOString(),
        });
      }
      case "DELETE": {
        const connection = options.find(id);
        if (!connection) return refuse(request, response, GONE);
        connection.close(1000, "Connection Closed Normally");
        return answer(response, 204);
      }
      default:
        return refuse(request, response, NO_ROUTE);
    }
  };
}

/** Refuses a request of a page from another site, or to a name that was rebound to this machine. */
export const refuseForeign = (request: IncomingMessage, response: ServerResponse): void =>
  refuse(request, response, FORBIDDEN);

function connectionIdOf(url: string): string | undefined {
  const [, id] = PATH.exec(url) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, {
    "x-amzn-requestid": newId(),
    ...(body && { "content-type": "application/json" }),
  });
  response.end(body && JSON.stringify(body));
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  request.resume();
  response.writeHead(refusal.status, {
    "content-type": "application/json",
    "x-amzn-errortype": refusal.type,
    "x-amzn-requestid": newId(),
  });
  response.end(JSON.stringify({ message: refusal.message }));
}
