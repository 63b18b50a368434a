import type { Channel, RequestId } from "@callboard/protocol";

/** Something that is scheduled: a step in the life of a request, or a count of viewers. */
export type Due = { readonly request: RequestId } | { readonly audience: Channel };

/** A message that wakes the clock for a row at a given time. Times are milliseconds since the epoch. */
export type Wakeup = Due & {
  readonly at: number;
  /** For a request whose row is written after the message: the version that the row will have. */
  readonly version?: number;
  /** How often it was sent before; a message to check a row that is already written begins with 1. */
  readonly again?: number;
};

/** The queue of messages that wake the clock up, so that no process has to wait. */
export interface Wakeups {
  /**
   * Sends messages. Each arrives at its time or less than a second later, and at once if that time is past: at least
   * once, in any order, within fifteen minutes. Rejects when one of them was not taken; others may have been.
   */
  send(wakeups: readonly Wakeup[]): Promise<void>;
}
