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
  /** Without retries of its own: whoever posts a page repeats what was throttled. */
  readonly client: ApiGatewayManagementApiClient;
  readonly log: Pick<Log, "warn">;
}

/**
 * Posts to connections of an API Gateway WebSocket API with the SDK, for whoever posts little; `pooledSender` is for pages
 * of many. Each answer is known by the class of the exception: in SDK v3 `statusCode` is not a property of errors
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
