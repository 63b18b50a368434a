import type { IncomingMessage } from "node:http";
import type { HttpService } from "./aws-json.ts";

/** A service at the endpoint: how its requests are told from others', and what answers them. */
export interface EndpointService {
  /** As people know it: `Step Functions`. */
  readonly name: string;
  /** Of a service with AWS's JSON protocol: what stands before the dot of `X-Amz-Target`. */
  readonly target?: string;
  /** Of a service with AWS's query protocol: what its requests are signed for. */
  readonly signedFor?: string;
  /** Of any other: what its paths begin with. Of two that fit, the longer one counts. */
  readonly path?: string;
  /** Whether pages of this machine may call it, from whatever port; by default they may not. */
  readonly forPages?: boolean;
  readonly handle: HttpService;
}

/** Where a request goes; `unknown` says which service was meant. */
export type Route =
  | { readonly to: "service"; readonly service: EndpointService }
  | { readonly to: "welcome" }
  | { readonly to: "unknown"; readonly what: string };

/** Decides which service answers: by the target that SDKs and the CLI name, by what it is signed for, else by path. */
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

/** The service that a request is signed for: `Credential=<key>/<date>/<Region>/<service>/aws4_request`. */
function scopeOf({ headers }: IncomingMessage): string | undefined {
  return /Credential=[^/]*\/\d+\/[^/]*\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
}

function routeTo(service: EndpointService | undefined, what: string): Route {
  return service ? { to: "service", service } : { to: "unknown", what };
}
