import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import type { Socket } from "node:net";
import { errorName } from "../errors.ts";
import {
  answered,
  CONNECT_TIMEOUT_MS,
  LATE,
  type PostEnd,
  type PostPool,
  type PostPoolOptions,
  type SignedPost,
  textOf,
} from "./posting.ts";

/**
 * A pool of Node's own connections, which adds no code to a function's bundle. It keeps answers. Unlike undici's pool, it
 * creates the request at once. The time that the request waits for a connection in Node's queue counts as part of its
 * timeout.
 */
export function nodePool({ origin, connections, timeoutMs }: PostPoolOptions): PostPool {
  const { protocol, host, hostname, port } = new URL(origin);
  const secure = protocol === "https:";
  const agent = new (secure ? TlsAgent : Agent)({ keepAlive: true, maxSockets: connections });
  const open = secure ? httpsRequest : httpRequest;
  const place = { agent, host: hostname.replace(/^\[|\]$/g, ""), port, method: "POST" };

  function send({ path, headers }: SignedPost, body: Uint8Array | string): Promise<PostEnd> {
    return new Promise((resolve) => {
      const own = ["host", host, "content-length", String(Buffer.byteLength(body))];
      const request = open({ ...place, path, headers: [...own, ...headers] });
      const end = (end: PostEnd) => {
        clearTimeout(timer);
        resolve(end);
      };
      const lose = (error: Error) => end({ kind: "lost", error: errorName(error) });
      const timer = setTimeout(() => {
        end(LATE);
        request.destroy();
      }, timeoutMs);
      request.on("socket", (socket) => boundConnecting(request, socket, secure));
      request.on("error", lose);
      request.on("response", (response) => read(response, end, lose));
      request.end(body);
    });
  }

  return {
    post: (make, body) =>
      make().then(
        (request) => send(request, body),
        (error) => ({ kind: "lost", error: errorName(error) }),
      ),
    close: async () => agent.destroy(),
  };
}

/** Gives up a request whose connection is not open in time. */
function boundConnecting(request: ClientRequest, socket: Socket, secure: boolean): void {
  if (!socket.connecting) return;
  const late = () =>
    request.destroy(Object.assign(new Error("connecting takes too long"), { code: "ETIMEDOUT" }));
  const timer = setTimeout(late, CONNECT_TIMEOUT_MS);
  const done = () => clearTimeout(timer);
  socket.once(secure ? "secureConnect" : "connect", done);
  socket.once("close", done);
}

function read(response: IncomingMessage, end: (end: PostEnd) => void, lose: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  response.on("data", (chunk: Buffer) => chunks.push(chunk));
  response.on("error", lose);
  response.on("end", () => end(answered(response.statusCode ?? 0, textOf(chunks), response.headers)));
}
