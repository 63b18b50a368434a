export * from "./access/principal.ts";
export * from "./access/publishers.ts";
export { type App, createApp, createClock, createFanOut, createRelay } from "./app.ts";
export * from "./channel/channel-map.ts";
export { eachLimited } from "./channel/each-limited.ts";
export type { FanOutPorts } from "./channel/fan-out.ts";
export type { Connected } from "./channel/follow.ts";
export { pageConnections } from "./channel/shards.ts";
export type { Acting } from "./feedback/acting.ts";
export { dueOf } from "./feedback/due.ts";
export { isErased } from "./feedback/erase.ts";
export type { Erased, ErasedCounts } from "./feedback/erase-person.ts";
export type { RequestLedger } from "./feedback/read-ledger.ts";
export type { RefusalCounter } from "./feedback/refusal-counter.ts";
export type { RelayPorts } from "./feedback/relay.ts";
export * from "./feedback/request.ts";
export { createOps, type Ops, type OpsPorts } from "./ops/create-ops.ts";
export type { DeadEvent, DeadLetter, DeadLetterKind, Remedy } from "./ops/dead-letter.ts";
export type { DeadLetters, Kept, Resent } from "./ops/dead-letters.ts";
export type { DeadReason } from "./ops/dead-reason.ts";
export type { ConnectionsOverview, RequestsOverview } from "./ops/look-over.ts";
export {
  type RelayOverview,
  type RequestOverview,
  type StuckRelay,
  stuckAmong,
} from "./ops/request-overview.ts";
export * from "./ports/ops-ports.ts";
export * from "./ports.ts";
export type { Envelope } from "./progress/envelope.ts";
export * from "./protocol/index.ts";
