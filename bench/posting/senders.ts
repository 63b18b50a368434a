import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { credentials, region } from "@callboard/dev";
import { pooledSender } from "@callboard/functions";
import type { Sender } from "@callboard/functions/push";
import { Pool } from "undici";

export type Posting = keyof typeof senders;

type ClosingSender = Sender & { close(): unknown };

const clock = { now: Date.now };

/** Ways to post to the connections of a WebSocket API, by the address of its `@connections`. */
export const senders = {
  /** Callboard's own sender. */
  lean: (endpoint: string): ClosingSender =>
    pooledSender({ endpoint, region, credentials: async () => credentials, clock }),

  /** The SDK's own client, which nearly everybody uses. */
  sdk(endpoint: string): ClosingSender {
    const client = new ApiGatewayManagementApiClient({ endpoint, region, credentials, maxAttempts: 1 });
    return {
      prepare(text) {
        const Data = Buffer.from(text);
        return async (ConnectionId) => {
          await client.send(new PostToConnectionCommand({ ConnectionId, Data }));
          return "sent" as const;
        };
      },
      close: () => client.destroy(),
    };
  },

  /** The least that a post over HTTP can cost: without a signature, and with all errors of the gateway treated alike. */
  bare(endpoint: string): ClosingSender {
    const pool = new Pool(endpoint, { connections: 64 });
    return {
      prepare(text) {
        const body = Buffer.from(text);
        return async (id) => {
          const answer = await pool.request({ method: "POST", path: `/@connections/${id}`, body });
          await answer.body.dump();
          return answer.statusCode === 200 ? "sent" : "failed";
        };
      },
      close: () => pool.close(),
    };
  },
} satisfies Record<string, (endpoint: string) => ClosingSender>;
