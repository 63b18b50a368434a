import type { App, Log } from "@callboard/core";
import { readInnerEvent } from "../producers/callboard.ts";
import { checkOrigin, readBusEvent, takeNamed } from "../producers/read-event.ts";

export interface RelayParts {
  readonly app: Pick<App, "relay">;
  readonly log: Log;
  /** Its own account: events of other accounts are not trusted. */
  readonly account?: string | undefined;
}

/** Handles Reply Accepted and Request Due, which only Callboard puts. AWS retries when it throws. */
export function relayHandler({ app, log, account }: RelayParts) {
  return async (invokedWith: unknown): Promise<void> => {
    const event = readBusEvent(invokedWith);
    const inner = await takeNamed(event, () => {
      checkOrigin(event, account);
      return readInnerEvent("relay", event);
    });
    switch (inner?.type) {
      case "Reply Accepted":
        return app.relay.deliver(inner.detail.requestId);
      case "Request Due":
        return app.relay.due(inner.detail.requestId);
    }
    log.metric("unknown_events", 1, { source: event.source, detailType: event["detail-type"] });
  };
}
