import type { Following } from "@callboard/core";
import type { Channel, HeadName } from "@callboard/protocol";
import type { Sweep } from "./sweep.ts";

/** A connection that follows a channel. */
export interface Subscription extends Following {
  readonly channel: Channel;
  readonly shard: number;
  /** False: it follows no longer. The row is kept so that an older subscribe that comes again loses to it. */
  readonly on: boolean;
}

/** What became of a subscription that was put. */
export type Put =
  | { readonly outcome: "kept"; readonly before?: Pick<Subscription, "on" | "expiresAt"> }
  | { readonly outcome: "stale" };

/** Some of the connections that follow a channel in one shard. */
export interface Followers {
  readonly connectionIds: readonly string[];
  /** There may be more behind this connection; empty: none was read. */
  readonly next?: string;
}

export interface SubscriptionStore {
  /**
   * Writes the row unless one with a higher `sub` stands; the same `sub` again is kept. Answers what stood there. An end
   * (`on` false) is written over a row alone: where there is none it is `stale`, and nothing is written.
   */
  put(subscription: Subscription): Promise<Put>;
  /**
   * Connections that follow the channel in that shard and have not expired, read strongly, in the order of their ids
   * from behind `after`. At most `most` rows are read, so that there may be fewer, or none, and more behind them.
   */
  followers(channel: Channel, shard: number, now: number, most: number, after?: string): Promise<Followers>;
  /** The same of both channels of a subject in their first shard, in one read: of both together at most `most` rows. */
  followersOfBoth(head: HeadName, now: number, most: number): Promise<ReadonlyMap<Channel, Followers>>;
  /** Counts those who follow the channel in that shard, read strongly; rows that have expired are removed. */
  count(channel: Channel, shard: number, now: number): Promise<number>;
  remove(channel: Channel, shard: number, connectionIds: readonly string[]): Promise<void>;
  /**
   * Removes all that a connection follows, and answers the channels; that it ended to follow others is left to expire.
   * Found by an index: one just written may be missed, and expires.
   */
  removeAll(connectionId: string): Promise<Channel[]>;
}

/** One of the sweeps of a channel's audience, from 0. */
export interface SweepPlace {
  readonly channel: Channel;
  readonly index: number;
}

/** Where sweeps stand; what is done with is not there. */
export interface SweepStore {
  /** Read strongly. */
  read(place: SweepPlace): Promise<Sweep | undefined>;
  /**
   * Writes it as it is after, or removes it, unless it was written since it was `before`. Written again after a lost
   * answer it is `written`.
   */
  write(
    place: SweepPlace,
    before: Sweep | undefined,
    after: Sweep | undefined,
  ): Promise<"written" | "conflict">;
}

/**
 * What became of one post. `gone`: the connection does not exist any more; `throttled`: the gateway or the client's
 * buffer is full; `failed`: it may or may not have arrived.
 */
export type PostOutcome = "sent" | "gone" | "throttled" | "too_large" | "failed";

/**
 * Posts one text to one connection after another, one try each. Never throws for one connection's sake. Whoever reaches
 * connections of its own process knows the outcome at once.
 */
export type Post = (connectionId: string) => PostOutcome | Promise<PostOutcome>;

export interface Sender {
  /** Prepares a text once, to be posted to any number of connections. */
  prepare(text: string): Post;
}
