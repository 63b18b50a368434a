import type { Channel, ErrorCode, ServerMessageOf } from "@callboard/protocol";

/**
 * Why the client waits. `cannot_connect`: an opening failed; `unauthorized`: openings fail although the server answers
 * otherwise (`ConnectOptions.isServerUp`); `unauthorized_or_unreachable`: three in a row failed, and nothing says which
 * of the two it is, as browsers do not; `no_token`: `token()` failed; `offline`: the browser has no network; `lost`: a
 * connection broke; `server_asked`: the server said goodbye or named a time to come again.
 */
export type WaitReason =
  | "cannot_connect"
  | "unauthorized"
  | "unauthorized_or_unreachable"
  | "no_token"
  | "offline"
  | "lost"
  | "server_asked";

/** Why it is over: `closed_by_client`, or the code with which the server said that coming again is of no use. */
export type ClosedCode = "closed_by_client" | ErrorCode | ServerMessageOf<"bye">["code"];

export type User = ServerMessageOf<"welcome">["user"];

/**
 * How the connection stands. A renewal is not seen here: the state stays `connected`. It becomes `connecting` when an
 * answer is overdue, until it comes. `idle`: there is none, and none is tried: a lazy client before its first use, or a
 * page that is frozen or was left and may come back.
 */
export type ConnectionState =
  | { readonly state: "idle" }
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly user: User; readonly inboxes: readonly Channel[] }
  | {
      /** After three failed openings in a row it stays `waiting` while it tries, and each further wait is told. */
      readonly state: "waiting";
      /** How long this wait is, in milliseconds. */
      readonly retryInMs: number;
      /** When it ends, as `Callboard.now` tells the time. */
      readonly retryAt: number;
      readonly reason: WaitReason;
      /** What `token()` threw, with `no_token`. */
      readonly error?: unknown;
    }
  | { readonly state: "closed"; readonly code: ClosedCode; readonly reason: string };
