import type { Channel } from "@callboard/protocol";
import type { ChannelStatus } from "./channel-view.ts";
import type { ConnectionState } from "./connection-state.ts";

/** What a note is about, which its text says in a sentence. */
export type DebugNoteCode =
  | ConnectionState["state"]
  | "overdue"
  | "answered"
  | "renewal"
  | "clock_skew"
  | "invalid_name"
  | "forbidden"
  | "gap"
  | "gap_healed"
  | "sent_again"
  | "refused"
  | "server_error"
  | "not_handled"
  | "unreadable";

/**
 * An event for debugging a client; `at` is by the client's clock, in milliseconds since the Unix epoch. It
 * never holds a token or what people wrote, so a state comes without what `token()` threw.
 */
export type DebugEvent = { readonly at: number } & (
  | { readonly kind: "state"; readonly state: ConnectionState }
  /** A frame; `type` is `gateway` for the gateway's own frames, and `unknown` for what is not a message. */
  | {
      readonly kind: "sent" | "received";
      readonly type: string;
      readonly bytes: number;
      readonly summary: string;
    }
  | {
      readonly kind: "note";
      readonly code: DebugNoteCode;
      readonly text: string;
      /** Whether somebody should fix something. */
      readonly isFault: boolean;
    }
);

/** What happens in a client, as its parts report it. */
export type DebugReport =
  | [what: "state", state: ConnectionState]
  | [what: "sent", text: unknown]
  /**
   * `frame` is the message that the client read in it, or undefined when it is not a message of this version.
   */
  | [what: "received", text: unknown, frame: unknown]
  | [what: "gap", channel: Channel, isOpen: boolean, status: ChannelStatus]
  | [what: "invalid_name", name: unknown];
export type Report = (...what: DebugReport) => void;
