import type { HttpService } from "./aws-json.ts";
import { foreignness } from "./loopback.ts";

const EXPOSED = "ETag, Content-Range, x-amz-request-id, x-amz-checksum-crc32";
const PREFLIGHT_SECONDS = 600;

/** Lets pages of this machine, on any port, use a service; answers their preflight requests. */
export function withCors(service: HttpService): HttpService {
  return async (request, response) => {
    const { origin } = request.headers;
    if (origin !== undefined && foreignness(request) === undefined) {
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("access-control-expose-headers", EXPOSED);
      response.setHeader("vary", "Origin");
    }
    if (request.method !== "OPTIONS") return service(request, response);
    response.setHeader("access-control-allow-methods", "GET, HEAD, PUT, POST, DELETE");
    response.setHeader(
      "access-control-allow-headers",
      request.headers["access-control-request-headers"] ?? "content-type",
    );
    response.setHeader("access-control-max-age", PREFLIGHT_SECONDS);
    if (request.headers["access-control-request-private-network"] !== undefined) {
      response.setHeader("access-control-allow-private-network", "true");
    }
    response.writeHead(204).end();
  };
}
