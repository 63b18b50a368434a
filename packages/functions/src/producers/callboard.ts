import {
  type BusEvent,
  type InnerEvent,
  type InnerEventType,
  innerEvents,
  innerEventTypes,
  SOURCE,
} from "@callboard/protocol";
import type { BusFunction, Producer } from "./producer.ts";
import { readDetail } from "./read-event.ts";

/** Which function handles an event from one of Callboard's functions to another. */
export const innerEventTargets = {
  "Request Changed": "ingest",
  "Attention Changed": "ingest",
  "Audience Due": "ingest",
  "Fan-out Page": "fanout",
  "Reply Accepted": "relay",
  "Request Due": "relay",
  "Notice Due": "notify",
  "Address Claimed": "notify",
  "Turn Changed": "plugins",
} as const satisfies Record<InnerEventType, BusFunction>;

type Targets = typeof innerEventTargets;
type TypesFor<F extends BusFunction> = {
  [T in InnerEventType]: Targets[T] extends F ? T : never;
}[InnerEventType];

/** An event that Callboard put, parsed; `unknown` counts the fields that its schema does not know. */
type Read<T extends InnerEventType> = {
  [K in T]: { readonly type: K; readonly detail: InnerEvent<K>; readonly unknown: number };
}[T];

/** Which function handles an event type of Callboard; undefined: it is for others. */
export const targetOf = (type: string): BusFunction | undefined =>
  Object.hasOwn(innerEventTargets, type) ? innerEventTargets[type as InnerEventType] : undefined;

/** Reads an event that Callboard put for a function; undefined: it is from another source. */
export function readInnerEvent<F extends BusFunction>(
  target: F,
  event: BusEvent,
): Read<TypesFor<F>> | undefined;
export function readInnerEvent(target: BusFunction, event: BusEvent): object | undefined {
  const type = event["detail-type"];
  if (event.source !== SOURCE || targetOf(type) !== target) return undefined;
  return { type, ...readDetail(innerEvents[type as InnerEventType], event) };
}

const rule = (name: string, target: BusFunction) => ({
  name,
  pattern: { source: [SOURCE], "detail-type": innerEventTypes.filter((type) => targetOf(type) === target) },
  target,
});

/** Callboard itself: events from one of its functions to another. Only its functions may put these. */
export const callboard: Producer = {
  bus: "callboard",
  rules: () => [
    rule("request-changed", "ingest"),
    rule("fan-out", "fanout"),
    rule("relay", "relay"),
    rule("notify", "notify"),
  ],
  matches: (event) => event.source === SOURCE && targetOf(event["detail-type"]) !== undefined,
  translate(event) {
    const own = readInnerEvent("ingest", event);
    return own ? [own] : [];
  },
};
