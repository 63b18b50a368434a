import type { IncomingMessage } from "node:http";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a host name, as a URL's `hostname` spells it, is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname) || hostname.endsWith(".localhost");
}

/**
 * Why a request must not be served, or undefined when it may be. A foreign Host is a DNS name that was rebound to
 * this machine; a foreign Origin is another site's page reaching into it.
 */
export function foreignness(request: IncomingMessage): "host" | "origin" | undefined {
  if (!isLoopback(hostnameOf(`http://${request.headers.host ?? ""}`))) return "host";
  const origin = request.headers.origin;
  return origin === undefined || isLoopback(hostnameOf(origin)) ? undefined : "origin";
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
