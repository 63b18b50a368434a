import type { Channel, ErrorCode, ServerMessageOf } from "@callboard/protocol";

/**
 * Why the client waits. `cannot_connect`: an attempt failed; `unauthorized`: attempts fail although the
 * server can be reached in another way (`ConnectOptions.isServerUp`); `unauthorized_or_unreachable`: three in
 * a row failed, and nothing shows which of the two it is, as in browsers; `no_token`: `token()` failed;
 * `offline`: the browser has no network; `lost`: a connection broke; `server_asked`: the server sent `bye`
 * or asked for a wait.
 */
export type WaitReason =
  | "cannot_connect"
  | "unauthorized"
  | "unauthorized_or_unreachable"
  | "no_token"
  | "offline"
  | "lost"
  | "server_asked";

/**
 * Why the client is closed: `closed_by_client`, or the server's code for a refusal that reconnecting cannot
 * change.
 */
export type ClosedCode = "closed_by_client" | ErrorCode | ServerMessageOf<"bye">["code"];

export type User = ServerMessageOf<"welcome">["user"];

/**
 * The state of the connection. A renewal is not visible here: the state stays `connected`. When an answer is
 * overdue the state is `connecting` until the answer comes. `idle`: there is no connection and no attempt,
 * for a lazy client before its first use, or for a page that is frozen or was left and may come back.
 */
export type ConnectionState =
  | { readonly state: "idle" }
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly user: User; readonly inboxes: readonly Channel[] }
  | {
      /**
       * After three failed attempts in a row the state stays `waiting` during attempts, and each further wait
       * is reported.
       */
      readonly state: "waiting";
      /** How long this wait is, in milliseconds. */
      readonly retryInMs: number;
      /** When it ends, by `Callboard.now`. */
      readonly retryAt: number;
      readonly reason: WaitReason;
      /** What `token()` threw, with `no_token`. */
      readonly error?: unknown;
    }
  | { readonly state: "closed"; readonly code: ClosedCode; readonly reason: string };
