export * from "./access/principal.ts";
export * from "./access/publishers.ts";
export { type App, createApp, createClock, createRelay, createViewers } from "./app.ts";
export { eachLimited } from "./channel/each-limited.ts";
export type { Connected } from "./channel/follow.ts";
export { chance } from "./channel/publish.ts";
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
export * from "./ports/index.ts";
export type { Envelope } from "./progress/envelope.ts";
export type { Acting } from "./request/acting.ts";
export { taskOutput } from "./request/decide-relay.ts";
export { dueOf } from "./request/due.ts";
export { isErased } from "./request/erase.ts";
export type { Erased, ErasedCounts } from "./request/erase-person.ts";
export type { RequestLedger } from "./request/read-ledger.ts";
export type { RelayPorts } from "./request/relay.ts";
export * from "./request/request.ts";
