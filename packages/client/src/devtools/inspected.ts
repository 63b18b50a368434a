import type { ChannelView } from "../channel-view.ts";
import type { ConnectionState } from "../connection-state.ts";

/** What a client tells of itself: a new state, a frame, or a sentence about what happened. Times are the client's clock's. */
export type DebugEvent =
  | { readonly at: number; readonly kind: "state"; readonly state: ConnectionState }
  | {
      readonly at: number;
      readonly kind: "sent" | "received";
      readonly type: string;
      readonly bytes: number;
      /** What it is about, without the token and what people wrote. */
      readonly summary: unknown;
    }
  | {
      readonly at: number;
      readonly kind: "note";
      readonly code: string;
      readonly text: string;
      /** Whether somebody should mend something. */
      readonly isFault?: boolean;
    };

/** What is shown of a channel's view. */
export type InspectedChannel = Pick<ChannelView, "name" | "status" | "offset" | "epoch" | "items">;

/** What the panel uses of a client. */
export interface Inspected {
  readonly state: ConnectionState;
  onState(listener: (state: ConnectionState) => void): () => void;
  onDebug(listener: (event: DebugEvent) => void): () => void;
  /** The views that somebody has asked for, in that order. Without it the panel shows none. */
  channels?(): readonly InspectedChannel[];
  now(): number;
  retryNow(): void;
}
