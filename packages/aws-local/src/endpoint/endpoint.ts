import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { AwsError, type HttpService } from "./aws-json.ts";
import { withCors } from "./cors.ts";
import { foreignness, listenLocally, stopListening } from "./loopback.ts";
import { chooseRoute, type EndpointService } from "./service.ts";

/** The running endpoint, at `url` (without a slash at its end). */
export interface Endpoint {
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

export interface EndpointOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** The services; requests to any other are answered as unknown. */
  readonly services: readonly EndpointService[];
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15 * 60_000;

/**
 * Serves the embedded AWS services at one address, as `AWS_ENDPOINT_URL` expects. It accepts only this machine, because
 * the services trust every caller. Rejects when the port is taken (`EADDRINUSE`).
 */
export async function createEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const handle = endpointService(options.services);
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      handle(request, response).catch((cause: unknown) => fail(response, cause));
    },
  );
  const port = await listenLocally(server, options.port);
  return { url: `http://127.0.0.1:${port}`, port, close: () => stopListening(server) };
}

function endpointService(services: readonly EndpointService[]): HttpService {
  return async (request, response) => {
    const foreign = foreignness(request);
    if (foreign === "host") return refuse(response, 421, "MisdirectedRequest", "not a host of this machine");
    if (foreign === "origin") return refuse(response, 403, "AccessDenied", "not an origin of this machine");
    const route = chooseRoute(request, services);
    switch (route.to) {
      case "service": {
        const { handle, forPages } = route.service;
        return (forPages ? withCors(handle) : handle)(request, response);
      }
      case "welcome":
        return welcome(request, response, services);
      case "unknown":
        return refuse(response, 400, "UnknownOperationException", `${route.what} is not served here`);
    }
  };
}

function welcome(
  request: IncomingMessage,
  response: ServerResponse,
  services: readonly EndpointService[],
): void {
  const text = [
    `AWS on one machine, at one address: ${services.map(({ name }) => name).join(", ")}.`,
    "Point an AWS SDK or the AWS CLI here with AWS_ENDPOINT_URL.",
    "",
  ].join("\n");
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.end(request.method === "HEAD" ? "" : text);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type: code, message }));
}

/** Answers an error of a service; a client that has gone needs no answer. */
function fail(response: ServerResponse, cause: unknown): void {
  if (response.destroyed) return;
  if (response.headersSent) response.destroy();
  else if (cause instanceof AwsError) refuse(response, cause.status, cause.code, cause.message);
  else {
    console.error(cause);
    refuse(response, 500, "InternalServerError", "internal error");
  }
}
