import {
  type BusEvent,
  type OwnEvent,
  type OwnEventType,
  ownEvents,
  ownEventTypes,
  SOURCE,
} from "@callboard/protocol";
import type { BusFunction, Producer } from "./producer.ts";
import { readDetail } from "./read-event.ts";

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
type TypesFor<F extends BusFunction> = {
  [T in OwnEventType]: Targets[T] extends F ? T : never;
}[OwnEventType];

/** An event that Callboard put, as it was read; `unknown` counts the fields that its schema does not know. */
type Read<T extends OwnEventType> = {
  [K in T]: { readonly type: K; readonly detail: OwnEvent<K>; readonly unknown: number };
}[T];

/** Which function takes an event of a type that Callboard puts; undefined: it is put for others. */
export const targetOf = (type: string): BusFunction | undefined =>
  Object.hasOwn(ownEventTargets, type) ? ownEventTargets[type as OwnEventType] : undefined;

/** Reads an event that Callboard put for a function; undefined: it is another's. */
export function readOwnEvent<F extends BusFunction>(
  target: F,
  event: BusEvent,
): Read<TypesFor<F>> | undefined;
export function readOwnEvent(target: BusFunction, event: BusEvent): object | undefined {
  const type = event["detail-type"];
  if (event.source !== SOURCE || targetOf(type) !== target) return undefined;
  return { type, ...readDetail(ownEvents[type as OwnEventType], event) };
}

const rule = (name: string, target: BusFunction) => ({
  name,
  pattern: { source: [SOURCE], "detail-type": ownEventTypes.filter((type) => targetOf(type) === target) },
  target,
});

/** Callboard itself: what one of its functions has for another. Only its functions may put these. */
export const callboard: Producer = {
  bus: "callboard",
  rules: () => [rule("request-changed", "ingest"), rule("fan-out", "fanout"), rule("relay", "relay")],
  matches: (event) => event.source === SOURCE && targetOf(event["detail-type"]) !== undefined,
  translate: (event) => readOwnEvent("ingest", event),
};
