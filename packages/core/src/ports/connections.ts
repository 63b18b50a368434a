import type { Channel } from "@callboard/protocol";

/** Which audiences are to be counted: one row a channel, found by the clock when it is due. */
export interface AudienceStore {
  /** When the audience is to be counted, read strongly; undefined: nobody has marked it. */
  dueAt(channel: Channel): Promise<number | undefined>;
  /** The audience shall be counted at `at`, unless it is to be counted sooner. Resolves with when it is to be counted. */
  mark(channel: Channel, at: number): Promise<number>;
  /** It is being counted: should that come to nothing, it shall be counted again at `again`. */
  take(channel: Channel, again: number): Promise<void>;
  /** It was counted; it stays due if it was marked since it was taken for `again`. */
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
