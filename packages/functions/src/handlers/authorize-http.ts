import type { APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import { type AuthorizeParts, judgeToken } from "./judge-token.ts";

/** The parts of an HTTP API authorizer's event (payload format 2.0) that are read; header names are in lower case. */
export interface AuthorizeHttpEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
}

/** `requestContext.authorizer.lambda` for the functions behind the authorizer: the caller as JSON. */
export interface HttpContext {
  readonly caller?: string;
}

/** RFC 6750: the scheme, in any case, and one token. */
const BEARER = /^bearer +([\w.~+/=-]+) *$/i;

/**
 * The HTTP API's authorizer, with a simple response. It admits a request with `Authorization: Bearer <token>` and a valid
 * token, and puts the caller into the request's context. All others are denied (403); if the keys cannot be fetched, it
 * fails (500). https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
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
