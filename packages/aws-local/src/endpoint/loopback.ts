import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { AddressInfo, Server } from "node:net";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a `Host` header names this machine, with or without a port. A page whose name was rebound to 127.0.0.1 still
 * sends its own name, and so is refused. Names under `localhost` never leave the machine
 * (https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return isLoopback(`http://${host?.replace(HOST_PREFIX, "") ?? ""}`);
}

/** The prefix that SDKs put before the endpoint's host for `StartSyncExecution` and `TestState`. */
const HOST_PREFIX = /^sync-/i;

/**
 * Why a request must be refused, or undefined. A foreign Host is a DNS name that was rebound to this machine; a foreign
 * Origin is a page of another site.
 */
export function foreignness(request: IncomingMessage): "host" | "origin" | undefined {
  const { host, origin } = request.headers;
  if (!isLoopbackHost(host)) return "host";
  return origin === undefined || isLoopback(origin) ? undefined : "origin";
}

function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return LOOPBACK.has(hostname) || hostname.endsWith(".localhost");
}

/**
 * Listens only on this machine, on a free port when `port` is 0; rejects when it is taken (`EADDRINUSE`). If a later
 * connection cannot be accepted because the process has no file descriptors left, only that connection ends.
 */
export async function listenLocally(server: Server, port: number): Promise<number> {
  await new Promise<void>((listening, refused) => {
    server.on("error", refused);
    server.listen(port, "127.0.0.1", listening);
  });
  return (server.address() as AddressInfo).port;
}

/** Stops listening and ends open connections. */
export function stopListening(server: HttpServer): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}
