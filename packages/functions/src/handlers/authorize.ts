import { type Caller, jsonBytes, type Log } from "@callboard/core";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import type { VerifyToken } from "../aws/jwt-tokens.ts";
import { bearerOf, type OfferedIn, offeredSubprotocols } from "./subprotocols.ts";

export interface AuthorizeParts {
  readonly verify: VerifyToken;
  readonly log: Log;
}

/** What is read of a REQUEST authorizer's event. */
export interface AuthorizeEvent extends OfferedIn {
  readonly methodArn: string;
}

/** AWS: an authorizer's result has 8 KB at most; the rest of it is the policy. */
const LARGEST_CALLER_BYTES = 7 * 1024;

/**
 * `$connect` authorizer: lets in whoever offers `callboard.bearer.<token>` with a valid token, and puts the caller into
 * the connection's context. Everybody else is denied (403), which is an answer and no failure of the function; keys that
 * cannot be fetched are one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function authorizeHandler({ verify, log }: AuthorizeParts) {
  return async (event: AuthorizeEvent): Promise<APIGatewayAuthorizerResult> => {
    const token = bearerOf(offeredSubprotocols(event));
    const checked = token === undefined ? { outcome: "absent" as const } : await verify(token);
    const outcome =
      checked.outcome === "valid" && jsonBytes(checked.caller) > LARGEST_CALLER_BYTES
        ? { outcome: "too_large" as const }
        : checked;
    log.metric("authorized", outcome.outcome === "valid" ? 1 : 0, { outcome: outcome.outcome });
    return outcome.outcome === "valid" ? allow(event.methodArn, outcome.caller) : deny(event.methodArn);
  };
}

const allow = (methodArn: string, caller: Caller): APIGatewayAuthorizerResult => ({
  ...policy("Allow", `user/${caller.id}`, methodArn),
  context: { caller: JSON.stringify(caller) },
});

const deny = (methodArn: string): APIGatewayAuthorizerResult => policy("Deny", "anonymous", methodArn);

const policy = (Effect: "Allow" | "Deny", principalId: string, Resource: string) => ({
  principalId,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
  },
});
