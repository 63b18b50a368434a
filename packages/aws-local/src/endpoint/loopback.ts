import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { AddressInfo, Server } from "node:net";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a `Host` header names this machine, with or without a port. A page whose name was rebound to 127.0.0.1 still
 * sends its own name there, and is refused by it. Names under `localhost` never leave the machine
 * (https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return isLoopback(`http://${host?.replace(HOST_PREFIX, "") ?? ""}`);
}

/** What SDKs put in front of the endpoint's host for `StartSyncExecution` and `TestState`. */
const HOST_PREFIX = /^sync-/i;

/**
 * Why a request must not be served, or undefined when it may be. A foreign Host is a DNS name that was rebound to
 * this machine; a foreign Origin is another site's page reaching into it.
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
 * Listens on this machine alone, on a free port when `port` is 0; rejects when it is taken (`EADDRINUSE`). A connection
 * that cannot be accepted later on, since the process is out of file descriptors, ends nothing but itself.
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
