import type { ConnectionState } from "../connection-state.ts";

/** How a connection stands, as a page tells it apart. */
export type ConnectionKind =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "offline"
  | "unauthorised"
  | "closed";

/** How a connection stands, and why, as a page says it in its own words. */
export type ConnectionCode =
  | "connected"
  | "connecting"
  | "offline"
  | "reconnecting"
  /** The page gave no token to connect with. */
  | "no_token"
  /** The server refuses the token, or cannot be reached: from a browser the two look the same. */
  | "unauthorized_or_unreachable"
  | "unauthorized"
  | "ended";

/** How a connection stands, to be put into words. */
export interface ConnectionView {
  readonly kind: ConnectionKind;
  /** Changes seldom: its words may be read aloud. */
  readonly code: ConnectionCode;
  /** Whole seconds until the next attempt, for the eye; 0 while it is under way, undefined where none is to come. */
  readonly countdown?: number;
  /** Whether `Callboard.retryNow` would cut the wait short. */
  readonly canRetry: boolean;
}

/** What there is to say of a state; `now` is that of `Callboard.now`, `online` whether the browser has a network at all. */
export function connectionView(state: ConnectionState, now: number, online: boolean): ConnectionView {
  switch (state.state) {
    case "connected":
      return { kind: "connected", code: "connected", canRetry: false };
    case "idle":
    case "connecting":
      return online ? { kind: "connecting", code: "connecting", canRetry: false } : offline;
    case "waiting": {
      if (!online || state.reason === "offline") return offline;
      const { retryAt, retryInMs, reason } = state;
      // A machine's clock that jumps in the meantime must not make it a wait of hours.
      const leftMs = Math.min(retryInMs, Math.max(0, retryAt - now));
      return { ...told(reason), countdown: Math.ceil(leftMs / 1000), canRetry: reason !== "server_asked" };
    }
    case "closed":
      return { ...ended(state.code), canRetry: false };
  }
}

const offline: ConnectionView = { kind: "offline", code: "offline", canRetry: true };

type Told = Pick<ConnectionView, "kind" | "code">;

function told(reason: (ConnectionState & { state: "waiting" })["reason"]): Told {
  switch (reason) {
    case "unauthorized":
      return notAuthorised;
    case "unauthorized_or_unreachable":
    case "no_token":
      return { kind: "reconnecting", code: reason };
    default:
      return { kind: "reconnecting", code: "reconnecting" };
  }
}

function ended(code: (ConnectionState & { state: "closed" })["code"]): Told {
  const refused = code === "unauthorized" || code === "forbidden" || code === "token_expired";
  return refused ? notAuthorised : { kind: "closed", code: "ended" };
}

const notAuthorised: Told = { kind: "unauthorised", code: "unauthorized" };
