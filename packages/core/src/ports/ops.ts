import type { BusEvent } from "@callboard/protocol";
import type { FeedbackRequest } from "../request/request.ts";

/** What waits for something, over the whole table. */
export interface PendingStore {
  /**
   * Requests of one of the `duePartitions` that something is still to happen to by itself: all that are open or
   * answered, and those whose end was not told yet. Found by an (eventually consistent) index, of which at most `limit`
   * entries are read, those that are due soonest; `more`: there may be others behind them.
   */
  pending(
    partition: number,
    limit: number,
  ): Promise<{ readonly requests: FeedbackRequest[]; readonly more: boolean }>;
}

/** A message of a queue, hidden from others for two minutes from when it was taken. */
export interface QueuedMessage {
  readonly id: string;
  /** When it was put there, in milliseconds since the epoch. */
  readonly sentAt?: number;
  readonly body: string;
  /** The message's own attributes, as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What `release` and `remove` know it by. */
  readonly handle: string;
}

export interface DeadLetterQueue {
  /** Takes messages, each once and at most about `most`; `more`: there may be others. What somebody else took is missed. */
  take(most: number): Promise<{ readonly messages: QueuedMessage[]; readonly more: boolean }>;
  /** Lets others take them at once. Best effort: they come back by themselves. */
  release(messages: readonly QueuedMessage[]): Promise<void>;
  /** Deletes a message for good. Idempotent. */
  remove(message: QueuedMessage): Promise<void>;
}

/** Callboard's bus, or the account's default one. */
export type BusChoice = "callboard" | "default";

export interface EventResender {
  /** Puts an event again, with its source, detail-type, detail, resources and time; it gets an id of its own. */
  resend(
    event: BusEvent,
    bus: BusChoice,
  ): Promise<{ outcome: "sent" } | { outcome: "refused"; code: string }>;
}
