// Pushing over API Gateway, without the AWS SDK.
export { apiGatewayPush, type PushParts } from "./api-gateway-push.ts";
export { fanOut } from "./fan-out.ts";
export type { Post, PostOutcome, Sender } from "./ports.ts";
export { PAGE_CONNECTIONS as pageConnections } from "./shards.ts";
