import type { ErrorCode } from "@callboard/protocol";

/**
 * Why a call failed. `timeout`: no answer came in time, and the outcome is unknown; `not_sent`: there was no
 * connection in all that time, so nothing has happened; `closed`: the client was closed; `too_large`: over 30
 * KB; `too_many`: too many calls wait for answers; `invalid`: the argument is malformed. The others are the
 * server's.
 */
export type CallboardErrorCode =
  | "timeout"
  | "not_sent"
  | "closed"
  | "too_large"
  | "too_many"
  | "invalid"
  | ErrorCode;

/** What the client throws, and rejects with. A refused reply is not an error but a receipt. */
export class CallboardError extends Error {
  readonly code: CallboardErrorCode;

  constructor(code: CallboardErrorCode, message: string) {
    super(message);
    this.name = "CallboardError";
    this.code = code;
  }
}
