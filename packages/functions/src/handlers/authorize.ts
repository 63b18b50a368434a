import type { Caller } from "@callboard/core";
import { bearerOf } from "@callboard/protocol";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { type AuthorizeParts, judgeToken } from "./judge-token.ts";
import { type OfferedIn, offeredSubprotocols } from "./subprotocols.ts";

/** What is read of a REQUEST authorizer's event. */
export interface AuthorizeEvent extends OfferedIn {
  readonly methodArn: string;
}

/**
 * `$connect` authorizer: lets in whoever offers `callboard.bearer.<token>` with a valid token, and puts the caller into
 * the connection's context. Everybody else is denied (403), which is an answer and no failure of the function; keys that
 * cannot be fetched are one.
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
