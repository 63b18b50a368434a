import type { Log } from "@callboard/core";
import { FanOutPage, SOURCE } from "@callboard/protocol";
import { readBusEvent } from "../bus/envelope.ts";
import { readDetail } from "../bus/read-detail.ts";

export interface FanoutParts {
  /** Posts to one page of those who follow a channel. */
  readonly fanOut: (page: FanOutPage) => Promise<void>;
  readonly log: Log;
}

/** Fan-out Page, which only Callboard puts. Whatever throws is tried again by AWS. */
export function fanoutHandler({ fanOut, log }: FanoutParts) {
  return async (event: unknown): Promise<void> => {
    const read = readBusEvent(event);
    const { source, "detail-type": type } = read;
    if (source === SOURCE && type === "Fan-out Page") return fanOut(readDetail(FanOutPage, read).detail);
    log.metric("unknown_events", 1, { source, detailType: type });
  };
}
