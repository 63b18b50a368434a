import type { Clock } from "../clock/clock.ts";
import type { Connection } from "./connection.ts";
import { type MessageEvent, messageEvent, newId } from "./events.ts";
import { invoke } from "./invoke.ts";
import type { GatewayLimits } from "./limits.ts";
import { type OutgoingMessage, outgoingMessage } from "./outgoing-message.ts";
import type { AuthorizerContext } from "./policy.ts";
import { readProxyResult } from "./proxy-result.ts";

/** Handles one message of a connection; resolves when it was answered, never rejects. */
export type MessageRoute = (
  connection: Connection,
  authorizer: AuthorizerContext,
  text: string,
) => Promise<void>;

/**
 * The `$default` route. Each message is an invocation of its own, and they run concurrently, because AWS keeps no order
 * either. The returned body is the route response; failures are answered with the gateway's own messages.
 */
export function messageRoute(options: {
  clock: Clock;
  limits: GatewayLimits;
  takeToken: () => boolean;
  message: (event: MessageEvent) => Promise<unknown>;
  onError: (route: string, cause: unknown) => void;
}): MessageRoute {
  const { clock, limits, onError } = options;
  const inFlight = new Map<string, number>();
  let total = 0;

  const count = (id: string, step: 1 | -1) => {
    total += step;
    const next = (inFlight.get(id) ?? 0) + step;
    if (next === 0) inFlight.delete(id);
    else inFlight.set(id, next);
  };

  return async (connection, authorizer, text) => {
    const id = connection.facts.connectionId;
    const busy = total >= limits.inFlight || (inFlight.get(id) ?? 0) >= limits.inFlightPerConnection;
    if (busy || !options.takeToken()) {
      connection.post(gatewayMessage("Too Many Requests", id, newId()));
      return;
    }
    const event = messageEvent(connection.facts, authorizer, text, clock.now());
    const fail = (message: string) =>
      connection.post(gatewayMessage(message, id, event.requestContext.requestId));
    count(id, 1);
    const invocation = await invoke(clock, limits.integrationMs, () => options.message(event));
    count(id, -1);
    switch (invocation.kind) {
      case "timed_out":
        fail("Endpoint request timed out");
        return;
      case "failed":
        onError("$default", invocation.cause);
        fail("Internal server error");
        return;
      case "returned": {
        const result = readProxyResult(invocation.value);
        if (!result) {
          onError("$default", new Error("the integration returned no {statusCode, body}"));
          fail("Internal server error");
        } else if (result.body !== undefined && result.body.length > 0) {
          if (connection.post(outgoingMessage(result.body)) === "too_large") fail("Internal server error");
        }
      }
    }
  };
}

/** The gateway's own messages: without a `type`, with AWS's spacing. */
function gatewayMessage(message: string, connectionId: string, requestId: string): OutgoingMessage {
  return outgoingMessage(
    `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
  );
}
