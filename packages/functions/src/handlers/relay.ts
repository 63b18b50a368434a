import type { App, Log } from "@callboard/core";
import { RequestId, SOURCE } from "@callboard/protocol";
import * as z from "zod/mini";
import { readBusEvent } from "../bus/envelope.ts";
import { readDetail } from "../bus/read-detail.ts";

export interface RelayParts {
  readonly app: Pick<App, "relay">;
  readonly log: Log;
}

const OfRequest = z.object({ requestId: RequestId });

/** Reply Accepted and Request Due, which only Callboard puts. Whatever throws is tried again by AWS. */
export function relayHandler({ app, log }: RelayParts) {
  return async (event: unknown): Promise<void> => {
    const read = readBusEvent(event);
    const { source, "detail-type": type } = read;
    if (source === SOURCE && type === "Reply Accepted")
      return app.relay.deliver(readDetail(OfRequest, read).detail.requestId);
    if (source === SOURCE && type === "Request Due")
      return app.relay.due(readDetail(OfRequest, read).detail.requestId);
    log.metric("unknown_events", 1, { source, detailType: type });
  };
}
