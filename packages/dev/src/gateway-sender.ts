import type { Gateway } from "@callboard/aws-local";
import type { Sender } from "@callboard/functions/push";

/** Posts to connections of the gateway in this process: what `PostToConnection` does, without the way over HTTP. */
export const gatewaySender = (gateway: Pick<Gateway, "post">): Sender => ({
  prepare(text) {
    const data = Buffer.from(text);
    return (connectionId) => gateway.post(connectionId, data);
  },
});
