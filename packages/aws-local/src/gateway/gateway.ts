import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../clock/clock.ts";
import type { HttpService } from "../endpoint/aws-json.ts";
import { foreignness, listenLocally } from "../endpoint/loopback.ts";
import { type Connection, type ConnectionEnd, openConnection, type PostOutcome } from "./connection.ts";
import { connectionsApi, isConnectionsPath, refuseForeign } from "./connections-api.ts";
import { endings } from "./ending.ts";
import {
  type AuthorizerEvent,
  type ConnectEvent,
  type ConnectionFacts,
  type DisconnectEvent,
  disconnectEvent,
  type MessageEvent,
  newId,
} from "./events.ts";
import { invoke } from "./invoke.ts";
import { awsLimits, type GatewayLimits, tokenBucket } from "./limits.ts";
import { messageRoute } from "./messages.ts";
import { type OutgoingMessage, outgoingMessage } from "./outgoing-message.ts";
import type { AuthorizerContext } from "./policy.ts";
import { type Admittance, admit, refuse } from "./upgrade.ts";

export interface GatewayOptions {
  clock: Clock;
  /** The port to listen on; 0 for a free one. */
  port: number;
  /** Returns an IAM policy, a principal and a context, as a REQUEST authorizer does. */
  authorizer: (event: AuthorizerEvent) => Promise<unknown>;
  /** Returns `{statusCode, headers?}`; the handshake uses its `Sec-WebSocket-Protocol` header. */
  connect: (event: ConnectEvent) => Promise<unknown>;
  /** Returns `{statusCode, body?}`; the body is sent back to the client. */
  message: (event: MessageEvent) => Promise<unknown>;
  /** Best effort; its return value is ignored. */
  disconnect: (event: DisconnectEvent) => Promise<unknown>;
  /** Answers plain requests that are not for the `@connections` API; without it they are refused. */
  http?: HttpService;
  limits?: Partial<GatewayLimits>;
  /** Called with an integration's error and its route. Default: writes it to stderr. */
  onError?: (route: string, cause: unknown) => void;
}

/**
 * An API Gateway WebSocket API on this machine, with its `@connections` API on the same port. Other sites' pages and
 * hosts are refused on every path; clients other than browsers send no origin.
 */
export interface Gateway {
  port: number;
  /** `ws://127.0.0.1:<port>/`; the `@connections` API is at the same address over http. */
  url: string;
  /**
   * `PostToConnection` without HTTP: prepares a message once, for posts to any number of connections. `sent` means
   * accepted for sending.
   */
  prepare(data: string | Uint8Array): (connectionId: string) => PostOutcome;
  connections(): number;
  /** Closes every connection with 1001, calls their `$disconnect` integrations and stops listening. */
  close(): Promise<void>;
}

/**
 * Total size of a request's headers. API Gateway accepts 10,240 bytes. This limit is higher, so that the authorizer can
 * explain a refusal; Node itself would answer 431 from 16 KB on without calling the authorizer, as it does from this
 * limit on. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const HEADER_BYTES = 256 * 1024;

/** How long a stop waits for clients to close and for integrations to end. */
const CLOSE_FRAME_MS = 500;
const STOP_MS = 3_000;

/** Starts the gateway; rejects with the system's error (`EADDRINUSE`) if the port is taken. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock } = options;
  const limits = { ...awsLimits, ...options.limits };
  const onError =
    options.onError ?? ((route, cause) => console.error(`gateway: ${route} integration failed`, cause));
  const connections = new Map<string, Connection>();
  const ends = endings(clock, connections);
  const opening = new Set<Duplex>();
  const running = new Set<Promise<unknown>>();
  let stopping = false;
  const track = (work: Promise<unknown>) => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const takeRequest = tokenBucket(clock, limits.requestsPerSecond, limits.requestBurst);
  const gate: Admittance = {
    clock,
    limits,
    takeToken: tokenBucket(clock, limits.connectsPerSecond, limits.connectsPerSecond),
    authorizer: options.authorizer,
    connect: options.connect,
    onError,
  };
  const route = messageRoute({ clock, limits, takeToken: takeRequest, message: options.message, onError });
  const protocols = new WeakMap<IncomingMessage, string>();
  const handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    handleProtocols: (_offered, request) => protocols.get(request) ?? false,
  });

  const disconnected = async (facts: ConnectionFacts, authorizer: AuthorizerContext, end: ConnectionEnd) => {
    const event = disconnectEvent(facts, authorizer, end, clock.now());
    const invocation = await invoke(clock, limits.integrationMs, () => options.disconnect(event));
    if (invocation.kind === "failed") onError("$disconnect", invocation.cause);
  };

  const opened = (
    socket: WebSocket,
    transport: Duplex,
    facts: ConnectionFacts,
    authorizer: AuthorizerContext,
  ) => {
    const connection = openConnection(socket, transport, facts, clock, limits, {
      message: (text) => track(route(connection, authorizer, text)),
      closed(end) {
        connections.delete(facts.connectionId);
        if (connections.size === 0) ends.stop();
        track(disconnected(facts, authorizer, end));
      },
    });
    connections.set(facts.connectionId, connection);
    ends.watch();
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const facts: ConnectionFacts = {
      connectionId: newId(),
      connectedAt: clock.now(),
      domainName: request.headers.host ?? "",
      identity: {
        // It listens only on loopback; asking the system each time costs more than the rest of the event.
        sourceIp: "127.0.0.1",
        ...(request.headers["user-agent"] && { userAgent: request.headers["user-agent"] }),
      },
    };
    if (stopping) return refuse(socket, facts.connectionId, 503);
    if (connections.size + opening.size >= limits.connections) {
      return refuse(socket, facts.connectionId, 429, "Too Many Requests");
    }
    opening.add(socket);
    const admission = await admit(request, facts, gate);
    opening.delete(socket);
    if (admission.kind === "refused") {
      return refuse(socket, facts.connectionId, admission.status, admission.message);
    }
    if (admission.protocol !== undefined) protocols.set(request, admission.protocol);
    let shaken = false;
    handshakes.handleUpgrade(request, socket, head, (upgraded) => {
      shaken = true;
      opened(upgraded, socket, facts, admission.authorizer);
    });
    // The client left while `$connect` ran, so what it has set up must be removed.
    if (!shaken) await disconnected(facts, admission.authorizer, { code: 1006, reason: "" });
  };

  const post = (id: string, message: OutgoingMessage, now?: number): PostOutcome =>
    connections.get(id)?.post(message, now) ?? "gone";
  const api = connectionsApi({
    messageBytes: limits.messageBytes,
    takeToken: takeRequest,
    find: (id) => connections.get(id),
    post: (id, data) => post(id, outgoingMessage(data)),
  });

  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    const { http } = options;
    if (foreignness(request)) return refuseForeign(request, response);
    const plain = http && !isConnectionsPath(request.url ?? "");
    track(
      (plain ? http : api)(request, response).catch((cause: unknown) => {
        onError(plain ? "http" : "@connections", cause);
        response.destroy();
      }),
    );
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    track(
      upgrade(request, socket, head).catch((cause: unknown) => {
        onError("$connect", cause);
        socket.destroy();
      }),
    );
  });
  const port = await listenLocally(server, options.port);

  return {
    port,
    url: `ws://127.0.0.1:${port}/`,
    prepare(data) {
      const message = outgoingMessage(data);
      return (id) => {
        const now = clock.now();
        return takeRequest(now) ? post(id, message, now) : "throttled";
      };
    },
    connections: () => connections.size,
    async close() {
      stopping = true;
      const stopped = new Promise((resolve) => server.close(resolve));
      for (const socket of opening) socket.destroy();
      for (const connection of connections.values()) connection.close(1001, "Going away");
      await atMost(
        CLOSE_FRAME_MS,
        [...connections.values()].map(({ closed }) => closed),
      );
      for (const connection of connections.values()) connection.terminate();
      server.closeAllConnections();
      await stopped;
      await atMost(STOP_MS, running);
    },
  };
}

/** Waits for all work, at most `ms` of real time: a stop must not hang on a client or a handler. */
async function atMost(ms: number, work: Iterable<Promise<unknown>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.allSettled(work), bound]);
  clearTimeout(timer);
}
