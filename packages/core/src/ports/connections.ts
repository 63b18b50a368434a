import type { Channel } from "@callboard/protocol";

/** Which channels' viewers must be counted: one row a channel, which the clock finds when it is due. */
export interface AudienceStore {
  /** When a channel's viewers are due to be counted, read strongly; undefined: they are not marked. */
  dueAt(channel: Channel): Promise<number | undefined>;
  /**
   * Marks a channel's viewers to be counted at `at`, unless they will be counted sooner. Returns when they will be
   * counted.
   */
  mark(channel: Channel, at: number): Promise<number>;
  /** The count begins. If it fails, the viewers are due again at `again`. */
  take(channel: Channel, again: number): Promise<void>;
  /** The count is done. The row stays if the viewers were marked again since `take` set it to `again`. */
  settle(channel: Channel, again: number): Promise<void>;
}

export interface Connection {
  readonly id: string;
  readonly user: string;
  readonly openedAt: number;
  readonly expiresAt: number;
}

export interface ConnectionStore {
  /** Idempotent. */
  open(connection: Connection): Promise<void>;
  close(connectionId: string): Promise<void>;
}
