import type { Caller } from "@callboard/core";
import { bearerOf } from "@callboard/protocol";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { type AuthorizeParts, judgeToken } from "./judge-token.ts";
import { type OfferedIn, offeredSubprotocols } from "./subprotocols.ts";

/** The parts of a REQUEST authorizer's event that are read. */
export interface AuthorizeEvent extends OfferedIn {
  readonly methodArn: string;
}

/**
 * The `$connect` authorizer. It admits a client that offers `callboard.bearer.<token>` with a valid token, and puts the
 * caller into the connection's context. All others are denied (403), which is not a failure of the function; it fails if
 * the keys cannot be fetched.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function authorizeHandler(parts: AuthorizeParts) {
  return async (event: AuthorizeEvent): Promise<APIGatewayAuthorizerResult> => {
    const token = bearerOf(offeredSubprotocols(event));
    const judgement = await judgeToken(parts, token);
    return judgement.outcome === "valid" ? allow(event.methodArn, judgement.caller) : deny(event.methodArn);
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
