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
 * What a client tells whoever debugs it; `at` is by the client's clock, in milliseconds since the Unix epoch. There is
 * never a token in it, nor what people wrote; so a state comes without what `token()` threw.
 */
export type DebugEvent = { readonly at: number } & (
  | { readonly kind: "state"; readonly state: ConnectionState }
  /** A frame; `type` is `gateway` for one of the gateway's own, and `unknown` for one that is no message. */
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
      /** Whether somebody should mend something. */
      readonly isFault: boolean;
    }
);

/** What happens in a client, as those tell it to whom it happens. */
export type Told =
  | [what: "state", state: ConnectionState]
  | [what: "sent", text: unknown]
  /** `frame` is what the client reads in it: nothing, where it is no message of its version. */
  | [what: "received", text: unknown, frame: unknown]
  | [what: "gap", channel: Channel, isOpen: boolean, status: ChannelStatus]
  | [what: "invalid_name", name: unknown];
export type Tell = (...told: Told) => void;
