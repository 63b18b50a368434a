import {
  type ApiGatewayManagementApiClient,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Log } from "@callboard/core";
import { errorName } from "../aws/errors.ts";
import type { Sender } from "./ports.ts";

export interface SdkSenderOptions {
  /** No retries: the code that posts a page repeats what was throttled. */
  readonly client: ApiGatewayManagementApiClient;
  readonly log: Pick<Log, "warn">;
}

/**
 * Posts to connections of an API Gateway WebSocket API with the SDK, for functions that post little; `pooledSender` is
 * for many connections. Outcomes are recognized by the exception's class: in SDK v3, errors have no property `statusCode`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
 */
export function sdkSender({ client, log }: SdkSenderOptions): Sender {
  return {
    prepare(text) {
      const data = new TextEncoder().encode(text);
      return async (connectionId) => {
        try {
          await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
          return "sent";
        } catch (error) {
          if (error instanceof GoneException) return "gone";
          if (error instanceof LimitExceededException) return "throttled";
          if (error instanceof PayloadTooLargeException) return "too_large";
          log.warn("a post failed", { error: errorName(error) });
          return "failed";
        }
      };
    },
  };
}
