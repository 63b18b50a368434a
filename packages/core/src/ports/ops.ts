import type { BusEvent } from "@callboard/protocol";
import type { FeedbackRequest } from "../request/request.ts";

/** Requests that wait for something, in the whole table. */
export interface PendingStore {
  /**
   * Requests in one of the `DUE_PARTITIONS` for which something is still scheduled: those that are open or answered, and
   * those whose end was not announced yet. Reads at most `limit` entries of an (eventually consistent) index, those
   * that are due soonest; `more`: there may be others.
   */
  pending(
    partition: number,
    limit: number,
  ): Promise<{ readonly requests: FeedbackRequest[]; readonly more: boolean }>;
}

/** A message of a queue; while it is taken, other readers do not see it for two minutes. */
export interface QueuedMessage {
  readonly id: string;
  /** When it was put into the queue, in milliseconds since the epoch. */
  readonly sentAt?: number;
  readonly body: string;
  /** The message's own attributes, as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Identifies it for `release` and `remove`. */
  readonly handle: string;
}

export interface DeadLetterQueue {
  /**
   * Takes messages, each once and about `most` of them; `more`: there may be others. Messages that another reader took
   * are missing.
   */
  take(most: number): Promise<{ readonly messages: QueuedMessage[]; readonly more: boolean }>;
  /** Makes messages visible to others at once. Best effort: otherwise they become visible by themselves. */
  release(messages: readonly QueuedMessage[]): Promise<void>;
  /** Deletes a message permanently. Idempotent. */
  remove(message: QueuedMessage): Promise<void>;
}

/** Callboard's bus, or the account's default one. */
export type BusChoice = "callboard" | "default";

export interface EventResender {
  /** Puts an event again, with its source, detail-type, detail, resources and time; it gets a new id. */
  resend(
    event: BusEvent,
    bus: BusChoice,
  ): Promise<{ outcome: "sent" } | { outcome: "refused"; code: string }>;
}
