import type { App, Log } from "@callboard/core";
import { type BusEvent, ownEvents, SOURCE } from "@callboard/protocol";
import { readBusEvent } from "../bus/envelope.ts";
import { readDetail } from "../bus/read-detail.ts";
import type { EventsOf } from "../deployment/own-event-targets.ts";

export interface FanoutParts {
  readonly app: { readonly channels: Pick<App["channels"], "fanOut"> };
  readonly log: Log;
}

/** Fan-out Page, which only Callboard puts. Whatever throws is tried again by AWS. */
export function fanoutHandler({ app, log }: FanoutParts) {
  const takes: Record<EventsOf<"fanout">, (event: BusEvent) => Promise<void>> = {
    "Fan-out Page": (event) => app.channels.fanOut(readDetail(ownEvents["Fan-out Page"], event).detail),
  };
  return async (event: unknown): Promise<void> => {
    const read = readBusEvent(event);
    const { source, "detail-type": type } = read;
    if (source === SOURCE && Object.hasOwn(takes, type)) return takes[type as EventsOf<"fanout">](read);
    log.metric("unknown_events", 1, { source, detailType: type });
  };
}
