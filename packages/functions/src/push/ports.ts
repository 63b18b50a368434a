import type { Channel } from "@callboard/protocol";

/** A connection that follows a channel. */
export interface Subscription {
  readonly channel: Channel;
  readonly shard: number;
  readonly connectionId: string;
  /** The client's counter: the highest wins, whichever arrives last. */
  readonly sub: number;
  /** False: an unsubscribe, kept so that an older subscribe loses to it. */
  readonly on: boolean;
  readonly expiresAt: number;
}

/** Some of the connections that follow a channel in one shard. */
interface Followers {
  readonly connectionIds: readonly string[];
  /** There may be more after this connection. */
  readonly next?: string;
}

export interface SubscriptionStore {
  /**
   * Writes the row unless one with a higher `sub` stands; the same `sub` again is kept. `ended`: it is kept, and the
   * connection followed the channel until then.
   */
  put(subscription: Subscription): Promise<"kept" | "ended" | "stale">;
  /**
   * Connections that follow the channel in that shard and have not expired, read strongly, in the order of their ids
   * from behind `after`. At most `most` rows are read, so that there may be fewer, or none, and more behind them.
   */
  followers(channel: Channel, shard: number, now: number, most: number, after?: string): Promise<Followers>;
  /** Counts those who follow the channel in that shard, read strongly; rows that have expired are removed. */
  count(channel: Channel, shard: number, now: number): Promise<number>;
  remove(channel: Channel, shard: number, connectionIds: readonly string[]): Promise<void>;
  /**
   * Removes all that a connection follows, and answers the channels; that it ended to follow others is left to expire.
   * Found by an index: one just written may be missed, and expires.
   */
  removeAll(connectionId: string): Promise<Channel[]>;
}

/**
 * What became of one post. `gone`: the connection does not exist any more; `throttled`: the gateway or the client's
 * buffer is full; `failed`: it may or may not have arrived.
 */
export type PostOutcome = "sent" | "gone" | "throttled" | "too_large" | "failed";

/** Posts one text to one connection after another, one try each. Never throws for one connection's sake. */
export type Post = (connectionId: string) => Promise<PostOutcome>;

export interface Sender {
  /** Prepares a text once, to be posted to any number of connections. */
  prepare(text: string): Post;
}
