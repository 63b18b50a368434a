export {
  type Caller,
  isOwner,
  mayFollow,
  mayPublish,
  type Publishers,
} from "./access/principal.ts";
export {
  type App,
  type ClockApp,
  createApp,
  createClock,
  createIngest,
  createNotify,
  createOps,
  createPlugins,
  createRelay,
  createRequests,
  createSocket,
  createViewers,
  type NotifyApp,
  type Ops,
  type PluginsApp,
} from "./app.ts";
export { eachLimited } from "./channel/each-limited.ts";
export type { Connected } from "./channel/follow.ts";
export { laterInInvocation, laterOnTimers } from "./channel/later.ts";
export { perMinute } from "./channel/mark-viewers.ts";
export { chance } from "./channel/publish.ts";
export { isTimeToCount } from "./clock/poll.ts";
export type { Envelope } from "./execution.ts";
export type { NoticePorts } from "./notify/notice-due.ts";
export type { Doors } from "./notify/notify-person.ts";
export type { DeadLetter, DeadLetterKind, Kept, Resent } from "./ops/dead-letters.ts";
export { type RequestOverview, stuckAmong } from "./ops/overview.ts";
export * from "./ports/index.ts";
export type { PairEvent } from "./progress/pair.ts";
export { contactOf, readAddress, readZone } from "./reach/contact.ts";
export type { SettingsOutcome } from "./reach/set-reach.ts";
export type { Acted, Acting } from "./request/act.ts";
export { dueOf } from "./request/agenda.ts";
export { type Erased, type ErasedCounts, isErased } from "./request/erase.ts";
export type { RequestLedger } from "./request/look-up.ts";
export { taskOutput } from "./request/relay.ts";
export {
  closedAt,
  type FeedbackRequest,
  type LedgerEntry,
  noteOn,
  replyOf,
  type Transition,
} from "./request/request.ts";
export type { TurnPorts } from "./request/turn.ts";
