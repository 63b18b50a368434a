import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpService } from "../endpoint/aws-json.ts";

/** DynamoDB's own largest request (BatchWriteItem). */
export const MAX_REQUEST_SIZE = 16 * 1024 * 1024;
const UPSTREAM_MS = 30_000;
const UPSTREAM_SOCKETS = 64;
/** Headers that belong to one connection. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const PER_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Forwards DynamoDB requests to an endpoint, with streaming in both directions over kept connections. If the endpoint
 * cannot be reached, the answer is `InternalServerError`, which the SDK retries; a request over 16 MB is answered with
 * `RequestEntityTooLarge`.
 */
export function proxy(endpoint: string): HttpService {
  const { protocol, origin } = new URL(endpoint);
  const secure = protocol === "https:";
  const open = secure ? httpsRequest : httpRequest;
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: UPSTREAM_SOCKETS });

  return (request, response) =>
    new Promise((resolve) => {
      const upstream = open(origin, {
        agent,
        method: request.method,
        path: request.url,
        headers: carried(request),
        timeout: UPSTREAM_MS,
      });
      let failed = false;
      const fail = (status: number, code: string, message: string) => {
        if (failed) return;
        failed = true;
        upstream.destroy();
        request.resume();
        if (response.headersSent) response.destroy();
        else {
          response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
          response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }));
        }
      };
      const unreachable = () => fail(500, "InternalServerError", "the DynamoDB engine does not answer");
      response.on("close", () => {
        upstream.destroy();
        resolve();
      });
      upstream.on("timeout", unreachable);
      upstream.on("error", unreachable);
      upstream.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 502, carried(answer));
        answer.on("error", () => response.destroy());
        answer.pipe(response);
      });
      pipeAtMost(request, upstream, MAX_REQUEST_SIZE, () =>
        fail(413, "RequestEntityTooLarge", `the request is over ${MAX_REQUEST_SIZE} bytes`),
      );
    });
}

function pipeAtMost(from: IncomingMessage, to: ClientRequest, largest: number, over: () => void): void {
  let size = 0;
  from.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= largest) return;
    from.unpipe(to);
    over();
  });
  from.pipe(to);
}

function carried({ headers }: IncomingMessage): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !PER_CONNECTION.has(entry[0]),
    ),
  );
}
