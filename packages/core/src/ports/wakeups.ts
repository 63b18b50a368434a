import type { Channel, RequestId } from "@callboard/protocol";

/** What falls due by itself: something is to happen to a request, or an audience is to be counted. */
export type Due = { readonly request: RequestId } | { readonly audience: Channel };

/** A message that brings back, at its time, what it names. Times are milliseconds since the epoch. */
export type Wakeup = Due & {
  readonly at: number;
  /** Of a request whose row is written after the message: the version that the row will have. */
  readonly version?: number;
  /** How often it came before; a message of whoever found the row already written begins with 1. */
  readonly again?: number;
};

/** The queue of messages that wake the clock up: nothing waits for their time. */
export interface Wakeups {
  /**
   * Sends messages, each of which comes at its time or less than a second later, and at once if that is past: at least
   * once, in no order, within fifteen minutes. Rejects when one of them was not taken; others may have been.
   */
  send(wakeups: readonly Wakeup[]): Promise<void>;
}
