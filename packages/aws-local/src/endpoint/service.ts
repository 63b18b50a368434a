import type { IncomingMessage } from "node:http";
import type { HttpService } from "./aws-json.ts";

/** A service at the endpoint: how its requests are recognized, and the handler that answers them. */
export interface EndpointService {
  /** Its name for people: `Step Functions`. */
  readonly name: string;
  /** For AWS's JSON protocol: the part of `X-Amz-Target` before the dot. */
  readonly target?: string;
  /** For AWS's query protocol: the service in its requests' signatures. */
  readonly signedFor?: string;
  /** For any other protocol: the prefix of its paths. Of two that match, the longer one counts. */
  readonly path?: string;
  /** Whether pages of this machine, on any port, may call it. Default: no. */
  readonly forPages?: boolean;
  readonly handle: HttpService;
}

/** The target of a request; `unknown` says which service was meant. */
export type Route =
  | { readonly to: "service"; readonly service: EndpointService }
  | { readonly to: "welcome" }
  | { readonly to: "unknown"; readonly what: string };

/**
 * Finds the service of a request: by the target that SDKs and the CLI send, by the service in its signature, else by
 * path.
 */
export function chooseRoute(request: IncomingMessage, services: readonly EndpointService[]): Route {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    const prefix = target.split(".")[0] ?? "";
    return routeTo(
      services.find((service) => service.target === prefix),
      prefix,
    );
  }
  const protocol = request.headers["smithy-protocol"];
  if (protocol !== undefined) return { to: "unknown", what: String(protocol) };
  const path = request.url ?? "/";
  const signed = services.find(({ signedFor }) => signedFor !== undefined && signedFor === scopeOf(request));
  if (signed && path === "/") return routeTo(signed, path);
  if (path === "/" && request.headers.authorization === undefined) return { to: "welcome" };
  const [service] = services
    .filter((one) => one.path !== undefined && path.startsWith(one.path))
    .sort((a, b) => b.path!.length - a.path!.length);
  return routeTo(service, path);
}

/** The service in a request's signature: `Credential=<key>/<date>/<Region>/<service>/aws4_request`. */
function scopeOf({ headers }: IncomingMessage): string | undefined {
  return /Credential=[^/]*\/\d+\/[^/]*\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
}

function routeTo(service: EndpointService | undefined, what: string): Route {
  return service ? { to: "service", service } : { to: "unknown", what };
}
