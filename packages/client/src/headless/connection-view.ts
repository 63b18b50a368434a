import type { ConnectionState } from "../connection-state.ts";

/** The kinds of connection state that a page shows. */
export type ConnectionKind =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "offline"
  | "unauthorised"
  | "closed";

/** The state of a connection and its reason, for a page to put into its own words. */
export type ConnectionCode =
  | "connected"
  | "connecting"
  | "offline"
  | "reconnecting"
  /** The page gave no token to connect with. */
  | "no_token"
  /** The server refuses the token, or cannot be reached: a browser cannot tell which. */
  | "unauthorized_or_unreachable"
  | "unauthorized"
  | "ended";

/** The state of a connection, for a page to put into words. */
export interface ConnectionView {
  readonly kind: ConnectionKind;
  /** Changes rarely, so a screen reader may announce its text. */
  readonly code: ConnectionCode;
  /**
   * Whole seconds until the next attempt, to be shown but not announced; 0 during an attempt, undefined when
   * there will be none.
   */
  readonly countdown?: number;
  /** Whether `Callboard.retryNow` would end the wait. */
  readonly canRetry: boolean;
}

/**
 * The view of a state; `now` is from `Callboard.now`, `online` is whether the browser has a network at all.
 */
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
      // If the machine's clock jumps meanwhile, the wait must not appear to take hours.
      const leftMs = Math.min(retryInMs, Math.max(0, retryAt - now));
      return {
        ...waitingFor(reason),
        countdown: Math.ceil(leftMs / 1000),
        canRetry: reason !== "server_asked",
      };
    }
    case "closed":
      return { ...ended(state.code), canRetry: false };
  }
}

const offline: ConnectionView = { kind: "offline", code: "offline", canRetry: true };

type Reason = Pick<ConnectionView, "kind" | "code">;

function waitingFor(reason: (ConnectionState & { state: "waiting" })["reason"]): Reason {
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

function ended(code: (ConnectionState & { state: "closed" })["code"]): Reason {
  const refused = code === "unauthorized" || code === "forbidden" || code === "token_expired";
  return refused ? notAuthorised : { kind: "closed", code: "ended" };
}

const notAuthorised: Reason = { kind: "unauthorised", code: "unauthorized" };
