import type { Channel, Delta } from "@callboard/protocol";

/** A channel, with the number that the transport keeps about it. */
export interface Destination {
  readonly channel: Channel;
  /** The transport's own number, stored in the channel's head: 1 until the transport changes it. */
  readonly hint: number;
}

/** What to push to a channel's followers. */
export interface ChannelDeltas {
  readonly to: Destination;
  readonly deltas: readonly Delta[];
}

/** A connection that follows a channel, or did. */
export interface Following {
  readonly connectionId: string;
  /** The client's counter: the highest wins, in any order of arrival. */
  readonly sub: number;
  readonly expiresAt: number;
}

/** A way to push changes to clients: it knows who follows which channel, and how to reach them. */
export interface Push {
  /**
   * Pushes deltas of one subject's channels, or of an inbox, in their order, to everybody who follows each channel at
   * this time. Followers that cannot be reached in time recover by themselves; those that are gone are unsubscribed.
   * Rejects only when it cannot find out who follows.
   */
  deliver(deliveries: readonly ChannelDeltas[]): Promise<Delivered>;
  /**
   * The minimum time between two pushes of a channel with this hint, in milliseconds; urgent changes do not wait for
   * it.
   */
  spacingMs(hint: number): number;
  /**
   * Once this resolves, a later `deliver` reaches the connection, until it expires. `stale`: a follow or unfollow with
   * a higher `sub` came before. The same `sub` again is kept.
   */
  follow(channel: Destination, connection: Following): Promise<"kept" | "stale">;
  /**
   * Ends a subscription; if there was none, nothing is stored. An older follow that is repeated later loses against it.
   * But a follow that arrives for the first time after its unfollow is kept: the client that gets its answer must
   * unfollow again. `ended`: there was a subscription until now.
   */
  unfollow(channel: Destination, connection: Following): Promise<"ended" | "unchanged">;
  /**
   * The connection is closed: ends all its subscriptions. Returns the channels that it followed, as far as is known.
   */
  leave(connectionId: string): Promise<Channel[]>;
  /** How many follow a channel, by the transport's partitions; their sum is the number of viewers. */
  count(channel: Destination): Promise<readonly number[]>;
}

/** What a delivery found out about followers. */
export interface Delivered {
  /** Channels with followers that were gone, as far as is known: they have fewer viewers than before. */
  readonly gone: readonly Channel[];
}
