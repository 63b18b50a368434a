import type { OwnEventType } from "@callboard/protocol";

/** A function that takes events of the bus. */
export type BusFunction = "ingest" | "fanout" | "relay";

/** Which function takes an event that Callboard itself puts; what none takes is for whoever else listens. */
export const ownEventTargets = {
  "Request Changed": "ingest",
  "Attention Changed": "ingest",
  "Audience Due": "ingest",
  "Fan-out Page": "fanout",
  "Reply Accepted": "relay",
  "Request Due": "relay",
  "Reply Relayed": undefined,
  "Feedback Expired": undefined,
  "Feedback Reminded": undefined,
  "Feedback Escalated": undefined,
} as const satisfies Record<OwnEventType, BusFunction | undefined>;

type Targets = typeof ownEventTargets;

/** The types of Callboard's own events that a function takes. */
export type EventsOf<F extends BusFunction> = {
  [T in OwnEventType]: Targets[T] extends F ? T : never;
}[OwnEventType];

/** Those types as a rule lists them. */
export const eventsOf = <F extends BusFunction>(fn: F): EventsOf<F>[] =>
  (Object.keys(ownEventTargets) as OwnEventType[]).filter(
    (type): type is EventsOf<F> => ownEventTargets[type] === fn,
  );
