import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock/clock.ts";
import { foreignness } from "../endpoint/loopback.ts";
import {
  type AuthorizerEvent,
  authorizerEvent,
  CONNECT_ARN,
  type ConnectEvent,
  type ConnectionFacts,
  connectEvent,
  newId,
  type UpgradeParts,
  upgradeParts,
} from "./events.ts";
import { invoke } from "./invoke.ts";
import type { GatewayLimits } from "./limits.ts";
import { type AuthorizerContext, judgePolicy } from "./policy.ts";
import { readProxyResult } from "./proxy-result.ts";

/** Whether an upgrade may continue to its handshake. */
export type Admission =
  | { kind: "admitted"; authorizer: AuthorizerContext; protocol: string | undefined }
  | { kind: "refused"; status: number; message?: string };

/** The two integrations that decide on a connection, and their limits. */
export interface Admittance {
  clock: Clock;
  limits: GatewayLimits;
  takeToken: () => boolean;
  authorizer: (event: AuthorizerEvent) => Promise<unknown>;
  connect: (event: ConnectEvent) => Promise<unknown>;
  onError: (route: string, cause: unknown) => void;
}

/** A subprotocol is an HTTP token: nothing else may be written into the handshake's header. */
const HTTP_TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;
/** The API has one stage, at the root or under one path segment. */
const API_PATH = /^\/[^/?]*(\?|$)/;

/**
 * Decides on an upgrade as API Gateway does: identity source (401), authorizer (403, or 500 when it fails), then the
 * `$connect` integration, which refuses with a non-2xx status.
 */
export async function admit(
  request: IncomingMessage,
  facts: ConnectionFacts,
  gate: Admittance,
): Promise<Admission> {
  const malformed = checkHandshake(request);
  if (malformed) return malformed;
  if (!gate.takeToken()) return { kind: "refused", status: 429, message: "Too Many Requests" };
  if (!request.headers["sec-websocket-protocol"]) return { kind: "refused", status: 401 };

  const parts = upgradeParts(request);
  const verdict = await authorize(parts, facts, gate);
  if (verdict.kind !== "authorized") return verdict;
  if (request.socket.destroyed) return { kind: "refused", status: 499 };
  return connect(parts, facts, verdict.authorizer, gate);
}

function checkHandshake(request: IncomingMessage): Admission | undefined {
  const { upgrade } = request.headers;
  if (foreignness(request)) return { kind: "refused", status: 403 };
  if (!API_PATH.test(request.url ?? "")) return { kind: "refused", status: 403 };
  const valid =
    request.method === "GET" &&
    upgrade?.toLowerCase() === "websocket" &&
    WEBSOCKET_KEY.test(request.headers["sec-websocket-key"] ?? "") &&
    request.headers["sec-websocket-version"] === "13" &&
    areProtocols(request.headers["sec-websocket-protocol"]);
  return valid ? undefined : { kind: "refused", status: 400 };
}

function areProtocols(header: string | undefined): boolean {
  if (!header) return true;
  const names = header.split(",").map((name) => name.trim());
  return new Set(names).size === names.length && names.every((name) => HTTP_TOKEN.test(name));
}

async function authorize(
  parts: UpgradeParts,
  facts: ConnectionFacts,
  gate: Admittance,
): Promise<{ kind: "authorized"; authorizer: AuthorizerContext } | (Admission & { kind: "refused" })> {
  const call = () => gate.authorizer(authorizerEvent(parts, facts));
  const invocation = await invoke(gate.clock, gate.limits.integrationMs, call);
  if (invocation.kind === "returned") {
    const verdict = judgePolicy(invocation.value, CONNECT_ARN, gate.limits.authorizerResultBytes);
    if (verdict.kind === "allowed") return { kind: "authorized", authorizer: verdict.authorizer };
    if (verdict.kind === "denied") return { kind: "refused", status: 403 };
    gate.onError("authorizer", new Error(`the authorizer's result is refused: ${verdict.reason}`));
  } else if (invocation.kind === "failed") {
    // The only error message that has a meaning on AWS.
    if (invocation.cause instanceof Error && invocation.cause.message === "Unauthorized") {
      return { kind: "refused", status: 401 };
    }
    gate.onError("authorizer", invocation.cause);
  }
  return { kind: "refused", status: 500 };
}

async function connect(
  parts: UpgradeParts,
  facts: ConnectionFacts,
  authorizer: AuthorizerContext,
  gate: Admittance,
): Promise<Admission> {
  const call = () => gate.connect(connectEvent(parts, facts, authorizer));
  const invocation = await invoke(gate.clock, gate.limits.integrationMs, call);
  if (invocation.kind === "timed_out") return { kind: "refused", status: 504 };
  if (invocation.kind === "failed") {
    gate.onError("$connect", invocation.cause);
    return { kind: "refused", status: 502 };
  }
  const result = readProxyResult(invocation.value);
  const protocol = result?.headers.get("sec-websocket-protocol");
  if (!result || result.statusCode < 200 || (protocol !== undefined && !HTTP_TOKEN.test(protocol))) {
    gate.onError("$connect", new Error("the integration's result is malformed"));
    return { kind: "refused", status: 502 };
  }
  if (result.statusCode >= 300) return { kind: "refused", status: result.statusCode };
  return { kind: "admitted", authorizer, protocol };
}

/** Answers an upgrade with a plain HTTP error and ends its socket. */
export function refuse(socket: Duplex, connectionId: string, status: number, message?: string): void {
  const text = message ?? STATUS_CODES[status] ?? "Refused";
  const body = JSON.stringify({ message: text, connectionId, requestId: newId() });
  socket.once("finish", () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
      "connection: close",
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}
