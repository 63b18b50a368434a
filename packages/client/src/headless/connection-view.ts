import type { ConnectionState } from "../connection-state.ts";

/** How a connection stands, as a page tells it apart. */
export type ConnectionKind =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "offline"
  | "unauthorised"
  | "closed";

/** How a connection stands, in words. */
export interface ConnectionView {
  readonly kind: ConnectionKind;
  /** Changes seldom and may be read aloud. */
  readonly text: string;
  /** Whole seconds until the next attempt, for the eye; 0 while it is under way, undefined where none is to come. */
  readonly countdown?: number;
  /** Whether `Callboard.retryNow` would cut the wait short. */
  readonly canRetry: boolean;
}

/** Puts a state into words; `now` is that of `Callboard.now`, `online` whether the browser has a network at all. */
export function connectionView(state: ConnectionState, now: number, online: boolean): ConnectionView {
  switch (state.state) {
    case "connected":
      return { kind: "connected", text: "Connected", canRetry: false };
    case "idle":
    case "connecting":
      return online ? { kind: "connecting", text: "Connecting…", canRetry: false } : offline;
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

const offline: ConnectionView = { kind: "offline", text: "Offline", canRetry: true };

type Words = Pick<ConnectionView, "kind" | "text">;

function told(reason: (ConnectionState & { state: "waiting" })["reason"]): Words {
  switch (reason) {
    case "unauthorized":
      return notAuthorised;
    case "unauthorized_or_unreachable":
      return { kind: "reconnecting", text: "Not authorised, or out of reach" };
    case "no_token":
      return { kind: "reconnecting", text: "Cannot sign in" };
    default:
      return { kind: "reconnecting", text: "Reconnecting" };
  }
}

function ended(code: (ConnectionState & { state: "closed" })["code"]): Words {
  const refused = code === "unauthorized" || code === "forbidden" || code === "token_expired";
  return refused ? notAuthorised : { kind: "closed", text: "Disconnected" };
}

const notAuthorised: Words = { kind: "unauthorised", text: "Not authorised" };
