import { onTestFinished } from "vitest";
import { type VirtualClock, virtualClock } from "../clock/clock.ts";
import type { AuthorizerEvent, ConnectEvent, DisconnectEvent, MessageEvent } from "../gateway/events.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../gateway/gateway.ts";
import { connectClient } from "./gateway-client.ts";

/** A gateway with integrations that admit everybody, echo, and record their events. */
export interface GatewayStage {
  gateway: Gateway;
  clock: VirtualClock;
  events: {
    authorizer: AuthorizerEvent[];
    connect: ConnectEvent[];
    message: MessageEvent[];
    disconnect: DisconnectEvent[];
  };
  errors: { route: string; cause: unknown }[];
  /** The next `$disconnect` event. */
  disconnected(): Promise<DisconnectEvent>;
}

/** An authorizer's result that allows everything. */
export const allow = (context: Record<string, unknown> = {}) => ({
  principalId: "user/ana",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
  },
  context,
});

/** Opens a gateway that is closed after the test. */
export async function openStage(options: Partial<GatewayOptions> = {}): Promise<GatewayStage> {
  const clock = virtualClock();
  const events: GatewayStage["events"] = { authorizer: [], connect: [], message: [], disconnect: [] };
  const errors: GatewayStage["errors"] = [];
  const takers: ((event: DisconnectEvent) => void)[] = [];
  let taken = 0;
  const gateway = await createGateway({
    clock,
    port: 0,
    onError: (route, cause) => errors.push({ route, cause }),
    ...options,
    authorizer: async (event) => {
      events.authorizer.push(event);
      return options.authorizer ? options.authorizer(event) : allow();
    },
    connect: async (event) => {
      events.connect.push(event);
      return options.connect
        ? options.connect(event)
        : { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat.v1" } };
    },
    message: async (event) => {
      events.message.push(event);
      return options.message ? options.message(event) : { statusCode: 200, body: event.body };
    },
    disconnect: async (event) => {
      events.disconnect.push(event);
      takers.shift()?.(event);
      return options.disconnect?.(event);
    },
  });
  onTestFinished(() => gateway.close());
  return {
    gateway,
    clock,
    events,
    errors,
    disconnected() {
      const event = events.disconnect[taken++];
      return event ? Promise.resolve(event) : new Promise((take) => takers.push(take));
    },
  };
}

/** The same, with one connected client. */
export async function connectedStage(options: Partial<GatewayOptions> = {}) {
  const stage = await openStage(options);
  return { ...stage, client: await connectClient(stage.gateway.url) };
}
