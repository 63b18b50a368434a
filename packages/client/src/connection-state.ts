import type { Channel, ErrorCode, ServerMessageOf } from "@callboard/protocol";

/**
 * Why the client waits. `cannot_connect`: the last opening failed; `unauthorized_or_unreachable`: three in a row did
 * (browsers do not say which of the two it is); `no_token`: `token()` failed; `lost`: a connection broke;
 * `server_asked`: the server said goodbye or named a time to come again.
 */
export type WaitReason =
  | "cannot_connect"
  | "unauthorized_or_unreachable"
  | "no_token"
  | "lost"
  | "server_asked";

/** Why it is over: `closed_by_client`, or the code with which the server said that coming again is of no use. */
export type ClosedCode = "closed_by_client" | ErrorCode | ServerMessageOf<"bye">["code"];

export type User = ServerMessageOf<"welcome">["user"];

/** How the connection stands. A renewal is not seen here: the state stays `connected`. */
export type ConnectionState =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly user: User; readonly inboxes: readonly Channel[] }
  /**
   * `retryInMs` is how long this wait is. After three failed openings in a row the state stays `waiting`, and is not
   * told anew with every further one.
   */
  | { readonly state: "waiting"; readonly retryInMs: number; readonly reason: WaitReason }
  | { readonly state: "closed"; readonly code: ClosedCode; readonly reason: string };
