import { type BusEvent, Channel, FanOutPage, RequestId, SOURCE } from "@callboard/protocol";
import * as z from "zod/mini";
import type { Producer } from "./producer.ts";
import { readDetail } from "./read-event.ts";

const OfRequest = z.object({ requestId: RequestId });

/** What Callboard puts for its own functions, by the function that takes it. */
const ownEvents = {
  ingest: {
    "Request Changed": z.object({ requestId: RequestId, version: z.int() }),
    "Attention Changed": OfRequest,
    "Audience Due": z.object({ channel: Channel }),
  },
  fanout: { "Fan-out Page": FanOutPage },
  relay: { "Reply Accepted": OfRequest, "Request Due": OfRequest },
} as const;

type Target = keyof typeof ownEvents;
type Schemas<T extends Target> = (typeof ownEvents)[T];

/** An event that Callboard put for one of its functions. */
type OwnEvent<T extends Target> = {
  [Type in keyof Schemas<T>]: {
    readonly type: Type;
    readonly detail: z.output<Extract<Schemas<T>[Type], z.core.SomeType>>;
    readonly unknown: number;
  };
}[keyof Schemas<T>];

/** Reads an event that Callboard put for a function; undefined: it is another's. */
export function readOwnEvent<T extends Target>(target: T, event: BusEvent): OwnEvent<T> | undefined {
  const type = event["detail-type"];
  const schemas: Readonly<Record<string, z.ZodMiniObject>> = ownEvents[target];
  if (event.source !== SOURCE || !Object.hasOwn(schemas, type)) return undefined;
  return { type, ...readDetail(schemas[type]!, event) } as OwnEvent<T>;
}

/** Which function takes an event of a type that Callboard puts; undefined: it is put for others. */
export const targetOf = (type: string): Target | undefined =>
  (Object.keys(ownEvents) as Target[]).find((target) => Object.hasOwn(ownEvents[target], type));

const rule = (name: string, target: Target) => ({
  name,
  pattern: { source: [SOURCE], "detail-type": Object.keys(ownEvents[target]) },
  target,
});

/** Callboard itself: what one of its functions has for another. Only its functions may put these. */
export const callboard: Producer = {
  bus: "callboard",
  rules: () => [rule("request-changed", "ingest"), rule("fan-out", "fanout"), rule("relay", "relay")],
  matches: (event) => event.source === SOURCE && targetOf(event["detail-type"]) !== undefined,
  translate: (event) => readOwnEvent("ingest", event),
};
