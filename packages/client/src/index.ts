export type {
  Channel,
  Item,
  Principal,
  RefusalCode,
  Subject,
  SubscribeError,
  ValueIn,
} from "@callboard/protocol";
export { isKeyOf } from "@callboard/protocol";
export { type Callboard, type ConnectOptions, connect } from "./callboard.ts";
export type { ChannelStatus, ChannelView, NoKinds } from "./channel-view.ts";
export type { ClientClock } from "./clock.ts";
export type { ClosedCode, ConnectionState, User, WaitReason } from "./connection-state.ts";
export type { DebugEvent, DebugNoteCode } from "./debug.ts";
export { CallboardError, type CallboardErrorCode } from "./error.ts";
export type { ClientSocket, WebSocketFactory } from "./link.ts";
export type { Acted, Receipt, ReplyInput, Resolved } from "./outbox.ts";
