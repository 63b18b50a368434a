import type { Caller } from "@callboard/core";

export interface HttpEventOptions {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly stage?: string;
  readonly userAgent?: string;
}

/** The event of an HTTP API in payload format 2.0; a body that is not text is given as JSON. */
export function httpEvent(caller: Caller | undefined, options: HttpEventOptions = {}) {
  const {
    method = "GET",
    path = "/requests",
    query = "",
    stage = "$default",
    userAgent = "curl/8.5.0",
  } = options;
  const { body } = options;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: "abcdef1234.execute-api.eu-central-1.amazonaws.com",
      authorization: "Bearer aaa.bbb.ccc",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
    requestContext: {
      accountId: "123456789012",
      apiId: "abcdef1234",
      domainName: "abcdef1234.execute-api.eu-central-1.amazonaws.com",
      domainPrefix: "abcdef1234",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.7", userAgent },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage,
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1_767_225_600_000,
      ...(caller ? { authorizer: { lambda: { caller: JSON.stringify(caller) } } } : {}),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}
