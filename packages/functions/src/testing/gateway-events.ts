import type { Caller } from "@callboard/core";

const context = {
  connectionId: "L0SM9cOFvHcCIhw=",
  requestId: "Jd4M1E5ZoAMFvRA=",
  extendedRequestId: "Jd4M1E5ZoAMFvRA=",
  requestTime: "01/Jan/2026:00:00:00 +0000",
  requestTimeEpoch: 1_767_225_600_000,
  connectedAt: 1_767_225_600_000,
  messageDirection: "IN",
  domainName: "abcdef1234.execute-api.eu-central-1.amazonaws.com",
  stage: "$default",
  apiId: "abcdef1234",
  identity: { sourceIp: "192.0.2.7", userAgent: "test" },
} as const;

const headers = (protocols: string | undefined) => ({
  Host: context.domainName,
  ...(protocols === undefined ? {} : { "Sec-WebSocket-Protocol": protocols }),
});

const many = (one: Record<string, string>) =>
  Object.fromEntries(Object.entries(one).map(([name, value]) => [name, [value]]));

export const methodArn = "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/$default/$connect";

/** The event of a REQUEST authorizer of a WebSocket API. */
export const authorizerEvent = (protocols: string | undefined) => ({
  type: "REQUEST",
  methodArn,
  headers: headers(protocols),
  multiValueHeaders: many(headers(protocols)),
  queryStringParameters: {},
  multiValueQueryStringParameters: {},
  stageVariables: {},
  requestContext: { ...context, routeKey: "$connect", eventType: "CONNECT" },
});

const authorizer = (caller: Caller) => ({
  principalId: `user/${caller.id}`,
  integrationLatency: 12,
  caller: JSON.stringify(caller),
});

export const connectEvent = (caller: Caller, protocols: string | undefined) => ({
  headers: headers(protocols),
  multiValueHeaders: many(headers(protocols)),
  requestContext: {
    ...context,
    routeKey: "$connect",
    eventType: "CONNECT" as const,
    authorizer: authorizer(caller),
  },
  isBase64Encoded: false,
});

export const messageEvent = (caller: Caller, message: unknown) => ({
  requestContext: {
    ...context,
    routeKey: "$default",
    eventType: "MESSAGE" as const,
    messageId: "Jd4M1cfHIAMCIhw=",
    authorizer: authorizer(caller),
  },
  body: typeof message === "string" ? message : JSON.stringify(message),
  isBase64Encoded: false,
});

export const disconnectEvent = (caller: Caller) => ({
  headers: headers(undefined),
  multiValueHeaders: many(headers(undefined)),
  requestContext: {
    ...context,
    routeKey: "$disconnect",
    eventType: "DISCONNECT" as const,
    disconnectStatusCode: 1001,
    disconnectReason: "Going away",
    authorizer: authorizer(caller),
  },
  isBase64Encoded: false,
});
