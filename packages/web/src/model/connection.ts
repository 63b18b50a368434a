import type { ConnectionState } from "@callboard/client";

type ConnectionKind = "connecting" | "connected" | "reconnecting" | "offline" | "unauthorised" | "closed";

/** How the connection stands: `text` changes seldom and may be read aloud, `countdown` (seconds) is for the eye. */
interface ConnectionView {
  kind: ConnectionKind;
  text: string;
  countdown?: number | undefined;
}

/** Puts the state of the connection into words; `sinceMs` is how long ago it was entered. */
export function connectionView(state: ConnectionState, online: boolean, sinceMs: number): ConnectionView {
  switch (state.state) {
    case "connected":
      return { kind: "connected", text: "Connected" };
    case "connecting":
      return online ? { kind: "connecting", text: "Connecting…" } : offline;
    case "waiting": {
      if (!online) return offline;
      const countdown = Math.max(0, Math.ceil((state.retryInMs - Math.max(0, sinceMs)) / 1000));
      if (state.reason === "unauthorized_or_unreachable")
        return { kind: "unauthorised", text: "Not authorised, or out of reach", countdown };
      if (state.reason === "no_token") return { kind: "unauthorised", text: "Not authorised", countdown };
      return { kind: "reconnecting", text: "Reconnecting", countdown };
    }
    case "closed":
      return state.code === "unauthorized" || state.code === "forbidden" || state.code === "token_expired"
        ? { kind: "unauthorised", text: "Not authorised" }
        : { kind: "closed", text: "Disconnected" };
  }
}

const offline: ConnectionView = { kind: "offline", text: "Offline" };
