export type { AuthorizerEvent, ConnectEvent, DisconnectEvent, MessageEvent } from "./events.ts";
export { createGateway, type Gateway, type GatewayOptions } from "./gateway.ts";
export type { GatewayLimits } from "./limits.ts";
