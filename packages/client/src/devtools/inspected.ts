import type { Callboard } from "../callboard.ts";
import type { ChannelView } from "../channel-view.ts";

export type { DebugEvent } from "../debug.ts";

/** What is shown of a channel's view. */
export type InspectedChannel = Pick<ChannelView, "name" | "status" | "offset" | "epoch" | "items">;

/** What the panel uses of a client. */
export interface Inspected extends Pick<Callboard, "state" | "onState" | "onDebug" | "now" | "retryNow"> {
  /** The views that somebody has asked for, in that order. */
  channels(): readonly InspectedChannel[];
}
