import type { App, Log } from "@callboard/core";
import { type BusEvent, ownEvents, SOURCE } from "@callboard/protocol";
import { readBusEvent } from "../bus/envelope.ts";
import { readDetail } from "../bus/read-detail.ts";
import type { EventsOf } from "../deployment/own-event-targets.ts";

export interface RelayParts {
  readonly app: Pick<App, "relay">;
  readonly log: Log;
}

/** Reply Accepted and Request Due, which only Callboard puts. Whatever throws is tried again by AWS. */
export function relayHandler({ app, log }: RelayParts) {
  const takes: Record<EventsOf<"relay">, (event: BusEvent) => Promise<void>> = {
    "Reply Accepted": (event) =>
      app.relay.deliver(readDetail(ownEvents["Reply Accepted"], event).detail.requestId),
    "Request Due": (event) => app.relay.due(readDetail(ownEvents["Request Due"], event).detail.requestId),
  };
  return async (event: unknown): Promise<void> => {
    const read = readBusEvent(event);
    const { source, "detail-type": type } = read;
    if (source === SOURCE && Object.hasOwn(takes, type)) return takes[type as EventsOf<"relay">](read);
    log.metric("unknown_events", 1, { source, detailType: type });
  };
}
