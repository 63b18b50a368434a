export { type Bus, type BusOptions, createBus } from "./bus.ts";
export type { Connection } from "./connections.ts";
export type { DeadLetter } from "./dead-letters.ts";
export type { Chaos, TargetFunction } from "./delivery.ts";
export type { BusEvent, PutEventsEntry } from "./event.ts";
export { InvalidPattern, matchesPattern } from "./pattern.ts";
export type { PutEventsResult } from "./put-events.ts";
