import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { arnOf, defaultPlace } from "../arn.ts";
import type { AuthorizerContext } from "./policy.ts";

/** The client of a connection. */
interface Identity {
  sourceIp: string;
  userAgent?: string;
}

interface RequestContext<Route extends string, Type extends string> {
  routeKey: Route;
  eventType: Type;
  connectionId: string;
  requestId: string;
  extendedRequestId: string;
  /** CLF: `19/Jan/2026:21:13:26 +0000`. */
  requestTime: string;
  requestTimeEpoch: number;
  connectedAt: number;
  messageDirection: "IN";
  domainName: string;
  stage: string;
  apiId: string;
  identity: Identity;
}

interface Headers {
  /** Values by the name as the client wrote it; the last one of several. */
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
}

interface QueryString {
  queryStringParameters: Record<string, string>;
  multiValueQueryStringParameters: Record<string, string[]>;
}

/**
 * The event of a REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export interface AuthorizerEvent extends Headers, QueryString {
  type: "REQUEST";
  methodArn: string;
  stageVariables: Record<string, string>;
  requestContext: RequestContext<"$connect", "CONNECT">;
}

/** The event of the `$connect` integration; it has a query string only if the request had one. */
export interface ConnectEvent extends Headers, Partial<QueryString> {
  requestContext: RequestContext<"$connect", "CONNECT"> & { authorizer: AuthorizerContext };
  isBase64Encoded: false;
}

/** The event of the `$default` integration, once for each client message. */
export interface MessageEvent {
  requestContext: RequestContext<"$default", "MESSAGE"> & {
    messageId: string;
    authorizer: AuthorizerContext;
  };
  body: string;
  isBase64Encoded: false;
}

/** The event of the `$disconnect` integration, best effort. */
export interface DisconnectEvent {
  requestContext: RequestContext<"$disconnect", "DISCONNECT"> & {
    disconnectStatusCode: number;
    disconnectReason: string;
    authorizer: AuthorizerContext;
  };
  isBase64Encoded: false;
}

/** What the events of an upgrade share. */
export interface UpgradeParts {
  readonly headers: Headers;
  readonly query: QueryString;
}

/** What all events of one connection share. */
export interface ConnectionFacts {
  connectionId: string;
  connectedAt: number;
  domainName: string;
  identity: Identity;
}

const API_ID = "websocket";
const STAGE = "$default";

/** The ARN that an authorizer's policy must allow. */
export const CONNECT_ARN = arnOf(defaultPlace, "execute-api", `${API_ID}/${STAGE}/$connect`);

const ID_BYTES = 11;
/** Random bytes are fetched for this many ids at a time: one by one they cost more than the rest of an event. */
const IDS_AT_ONCE = 256;
let randomness = Buffer.alloc(0);
let used = 0;

/** An id in the gateway's form: opaque, 16 characters, ending in `=`. */
export function newId(): string {
  if (used === randomness.length) {
    randomness = randomBytes(ID_BYTES * IDS_AT_ONCE);
    used = 0;
  }
  const start = used;
  used += ID_BYTES;
  return `${randomness.toString("base64url", start, used)}=`;
}

/** Reads the parts of an upgrade that both the authorizer and `$connect` get. */
export const upgradeParts = (request: IncomingMessage): UpgradeParts => ({
  headers: headersOf(request),
  query: queryOf(request),
});

export function authorizerEvent({ headers, query }: UpgradeParts, facts: ConnectionFacts): AuthorizerEvent {
  return {
    type: "REQUEST",
    methodArn: CONNECT_ARN,
    ...headers,
    ...query,
    stageVariables: {},
    requestContext: contextOf(facts, "$connect", "CONNECT", facts.connectedAt),
  };
}

export function connectEvent(
  { headers, query }: UpgradeParts,
  facts: ConnectionFacts,
  authorizer: AuthorizerContext,
): ConnectEvent {
  return {
    ...headers,
    ...(Object.keys(query.queryStringParameters).length > 0 && query),
    requestContext: {
      ...contextOf(facts, "$connect", "CONNECT", facts.connectedAt),
      authorizer: { ...authorizer },
    },
    isBase64Encoded: false,
  };
}

export function messageEvent(
  facts: ConnectionFacts,
  authorizer: AuthorizerContext,
  body: string,
  now: number,
): MessageEvent {
  return {
    requestContext: {
      ...contextOf(facts, "$default", "MESSAGE", now),
      messageId: newId(),
      authorizer: { ...authorizer },
    },
    body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(
  facts: ConnectionFacts,
  authorizer: AuthorizerContext,
  end: { code: number; reason: string },
  now: number,
): DisconnectEvent {
  return {
    requestContext: {
      ...contextOf(facts, "$disconnect", "DISCONNECT", now),
      disconnectStatusCode: end.code,
      disconnectReason: end.reason,
      authorizer: { ...authorizer },
    },
    isBase64Encoded: false,
  };
}

function contextOf<Route extends string, Type extends string>(
  facts: ConnectionFacts,
  routeKey: Route,
  eventType: Type,
  now: number,
): RequestContext<Route, Type> {
  const requestId = newId();
  return {
    routeKey,
    eventType,
    connectionId: facts.connectionId,
    requestId,
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now,
    connectedAt: facts.connectedAt,
    messageDirection: "IN",
    domainName: facts.domainName,
    stage: STAGE,
    apiId: API_ID,
    identity: { ...facts.identity },
  };
}

function headersOf(request: IncomingMessage): Headers {
  const values = new Map<string, string[]>();
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!;
    const value = request.rawHeaders[i + 1]!;
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return {
    headers: Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1)!])),
    multiValueHeaders: Object.fromEntries(values),
  };
}

function queryOf(request: IncomingMessage): QueryString {
  const [, text] = request.url?.split("?") ?? [];
  if (!text) return { queryStringParameters: {}, multiValueQueryStringParameters: {} };
  const query = new URLSearchParams(text);
  const names = [...new Set(query.keys())];
  return {
    queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).at(-1)!])),
    multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
  };
}

let lastTime = { second: Number.NaN, text: "" };

/** A time in the common log format. */
export function commonLogTime(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastTime.second) {
    const [, day, month, year, time] = new Date(now).toUTCString().split(" ");
    lastTime = { second, text: `${day}/${month}/${year}:${time} +0000` };
  }
  return lastTime.text;
}
