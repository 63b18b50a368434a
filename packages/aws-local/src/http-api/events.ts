import type { IncomingMessage } from "node:http";
import { arnOf, defaultPlace } from "../arn.ts";
import { commonLogTime, newId } from "../gateway/events.ts";
import type { Keyed, Selected } from "./routes.ts";

/** The authorizer's context, under its name in the integration's event. */
export type LambdaContext = Readonly<Record<string, unknown>>;

interface RequestContext {
  accountId: string;
  apiId: string;
  domainName: string;
  domainPrefix: string;
  http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
  requestId: string;
  routeKey: string;
  stage: "$default";
  /** CLF: `19/Jan/2026:21:13:26 +0000`. */
  time: string;
  timeEpoch: number;
}

/** What the events of authorizer and integration share; absent parts are left out, as on AWS. */
interface RequestParts {
  version: "2.0";
  routeKey: string;
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  /** By lower-case name; several values are joined by commas. */
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  /** The values of the variables in the route's path. */
  pathParameters?: Readonly<Record<string, string>>;
}

/**
 * The event of a Lambda authorizer, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export interface HttpAuthorizerEvent extends RequestParts {
  type: "REQUEST";
  routeArn: string;
  identitySource: string[];
  requestContext: RequestContext;
}

/**
 * The event of a Lambda integration, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface HttpEvent extends RequestParts {
  requestContext: RequestContext & { authorizer?: { lambda: LambdaContext } };
  body?: string;
  isBase64Encoded: boolean;
}

const API_ID = "http";

/** A content type whose body is passed as text; any other is base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml))\b)/i;

/** The parts of a request that both events share. */
export function partsOf(request: IncomingMessage, { route, pathParameters }: Selected<Keyed>): RequestParts {
  const [rawPath = "/", rawQueryString = ""] = splitAt(request.url ?? "/", "?");
  const { cookie, ...others } = request.headersDistinct;
  const query = new URLSearchParams(rawQueryString);
  const names = [...new Set(query.keys())];
  return {
    version: "2.0",
    routeKey: route.key,
    rawPath,
    rawQueryString,
    ...(cookie ? { cookies: cookie.flatMap((one) => one.split(/; */)) } : {}),
    headers: Object.fromEntries(
      Object.entries(others).map(([name, values]) => [name, (values ?? []).join(",")]),
    ),
    ...(names.length > 0
      ? {
          queryStringParameters: Object.fromEntries(
            names.map((name) => [name, query.getAll(name).join(",")]),
          ),
        }
      : {}),
    ...(pathParameters ? { pathParameters } : {}),
  };
}

/** What is known of a request besides its parts. */
export function contextOf(
  request: IncomingMessage,
  { rawPath, routeKey }: RequestParts,
  now: number,
): RequestContext {
  const domainName = request.headers.host ?? "";
  return {
    accountId: defaultPlace.accountId,
    apiId: API_ID,
    domainName,
    domainPrefix: domainName.split(/[.:]/)[0] ?? "",
    http: {
      method: request.method ?? "GET",
      path: rawPath,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId: newId(),
    routeKey,
    stage: "$default",
    time: commonLogTime(now),
    timeEpoch: now,
  };
}

/** `GET /pets` as `GET/pets`. */
const routePath = (key: string): string => key.replace(" ", "");

export const authorizerEventOf = (
  parts: RequestParts,
  requestContext: RequestContext,
  identity: string,
): HttpAuthorizerEvent => ({
  ...parts,
  type: "REQUEST",
  routeArn: arnOf(defaultPlace, "execute-api", `${API_ID}/$default/${routePath(parts.routeKey)}`),
  identitySource: [identity],
  requestContext,
});

export function httpEventOf(
  parts: RequestParts,
  context: RequestContext,
  lambda: LambdaContext | undefined,
  body: Buffer,
): HttpEvent {
  const isText = TEXT.test(parts.headers["content-type"] ?? "");
  return {
    ...parts,
    requestContext: { ...context, ...(lambda ? { authorizer: { lambda } } : {}) },
    ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function splitAt(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
