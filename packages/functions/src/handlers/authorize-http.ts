import type { APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import { type AuthorizeParts, judgeToken } from "./judge-token.ts";

/** What is read of an HTTP API authorizer's event (payload format 2.0); header names are in lower case. */
export interface AuthorizeHttpEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
}

/** What the functions behind the authorizer find in `requestContext.authorizer.lambda`: the caller as JSON. */
export interface HttpContext {
  readonly caller?: string;
}

/** RFC 6750: the scheme, in whatever case, and one token. */
const BEARER = /^bearer +([\w.~+/=-]+) *$/i;

/**
 * Authorizer of the HTTP API, with a simple response: lets in whoever sends `Authorization: Bearer <token>` with a
 * valid token, and puts the caller into the request's context. Everybody else is denied (403); keys that cannot be
 * fetched are a failure (500).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function authorizeHttpHandler(parts: AuthorizeParts) {
  return async (
    event: AuthorizeHttpEvent,
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<HttpContext>> => {
    const [, token] = BEARER.exec(event.headers?.authorization ?? "") ?? [];
    const judgement = await judgeToken(parts, token);
    return judgement.outcome === "valid"
      ? { isAuthorized: true, context: { caller: JSON.stringify(judgement.caller) } }
      : { isAuthorized: false, context: {} };
  };
}
