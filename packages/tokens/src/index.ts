export type { GuestRequest, TokenRequest } from "./check-request.ts";
export { createSigningKey, type PublicJwks, publicJwks } from "./signing-keys.ts";
export { createTokenMint, type TokenMint, type TokenMintOptions } from "./token-mint.ts";
export {
  type ReceivedHeaders,
  signWebhook,
  type VerifiedWebhook,
  verifyWebhook,
  type WebhookHeaders,
  type WebhookMessage,
  webhookSecret,
} from "./webhooks.ts";
