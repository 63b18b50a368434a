import {
  type ApiGatewayManagementApiClient,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Clock, Log, Sender } from "@callboard/core";

export interface ApiGatewaySenderOptions {
  /** Its own retries should be off or few: 429 is retried here. */
  readonly client: ApiGatewayManagementApiClient;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** How long one post may be retried while throttled, in milliseconds; 2,000 unless said. */
  readonly budgetMs?: number;
  /** From 0 to 1, for the jitter of the pauses. */
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 800;

/**
 * Posts to connections of an API Gateway WebSocket API. Each answer is known by the class of the exception: in SDK v3
 * `statusCode` is not a property of errors
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
 */
export function apiGatewaySender(options: ApiGatewaySenderOptions): Sender {
  const { client, clock, log, budgetMs = 2000, random = Math.random } = options;

  async function postOnce(connectionId: string, data: Uint8Array) {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
      return "sent";
    } catch (error) {
      if (error instanceof GoneException) return "gone";
      if (error instanceof LimitExceededException) return "throttled";
      if (error instanceof PayloadTooLargeException) return "too_large";
      log.warn("a post failed", { error: error instanceof Error ? error.name : "unknown" });
      return "failed";
    }
  }

  return {
    async post(connectionId, text) {
      const data = new TextEncoder().encode(text);
      const end = clock.now() + budgetMs;
      for (let tries = 0; ; tries++) {
        const outcome = await postOnce(connectionId, data);
        const pause = random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
        if (outcome !== "throttled" || clock.now() + pause >= end) return outcome;
        await clock.wait(pause);
      }
    },
  };
}
