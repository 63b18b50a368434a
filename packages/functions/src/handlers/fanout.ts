import type { Log } from "@callboard/core";
import type { FanOutPage } from "@callboard/protocol";
import { readInnerEvent } from "../producers/callboard.ts";
import { checkOrigin, readBusEvent, takeNamed } from "../producers/read-event.ts";

export interface FanoutParts {
  /** Posts to one page of a channel's followers. */
  readonly fanOut: (page: FanOutPage) => Promise<void>;
  readonly log: Log;
  /** Its own account: events of other accounts are not trusted. */
  readonly account?: string | undefined;
}

/** Handles Fan-out Page, which only Callboard puts. AWS retries when it throws. */
export function fanoutHandler({ fanOut, log, account }: FanoutParts) {
  return async (invokedWith: unknown): Promise<void> => {
    const event = readBusEvent(invokedWith);
    const page = await takeNamed(event, () => {
      checkOrigin(event, account);
      return readInnerEvent("fanout", event);
    });
    if (page) return fanOut(page.detail);
    log.metric("unknown_events", 1, { source: event.source, detailType: event["detail-type"] });
  };
}
