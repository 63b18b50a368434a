import type { Following } from "@callboard/core";
import type { Channel, HeadName } from "@callboard/protocol";
import type { Sweep } from "./sweep.ts";

/** A connection that follows a channel. */
export interface Subscription extends Following {
  readonly channel: Channel;
  readonly shard: number;
  /** False: it no longer follows. The row is kept so that an older subscribe that arrives late has no effect. */
  readonly on: boolean;
}

/** The outcome of writing a subscription. */
export type Put =
  | { readonly outcome: "kept"; readonly before?: Pick<Subscription, "on" | "expiresAt"> }
  | { readonly outcome: "stale" };

/** Some of the connections that follow a channel in one shard. */
export interface Followers {
  readonly connectionIds: readonly string[];
  /** More may follow after this connection; empty: none was read. */
  readonly next?: string;
}

export interface SubscriptionStore {
  /**
   * Writes the row unless the stored one has a higher `sub`; the same `sub` again is kept. Returns the former row. An end
   * (`on` false) only replaces a row: without a row it is `stale`, and nothing is written.
   */
  put(subscription: Subscription): Promise<Put>;
  /**
   * Connections that follow the channel in that shard and have not expired, read strongly, ordered by id, starting after
   * `after`. It reads at most `most` rows, so it may return fewer connections, or none, with more to come.
   */
  followers(channel: Channel, shard: number, now: number, most: number, after?: string): Promise<Followers>;
  /** The same for both channels of a subject in their first shard, in one read: at most `most` rows in all. */
  followersOfBoth(head: HeadName, now: number, most: number): Promise<ReadonlyMap<Channel, Followers>>;
  /** Counts the followers of the channel in that shard, read strongly; expired rows are removed. */
  count(channel: Channel, shard: number, now: number): Promise<number>;
  remove(channel: Channel, shard: number, connectionIds: readonly string[]): Promise<void>;
  /**
   * Removes all subscriptions of a connection, and returns their channels; rows that record an end are left to expire. It
   * uses an index: a row that was just written may be missed, and expires.
   */
  removeAll(connectionId: string): Promise<Channel[]>;
}

/** One of the sweeps of a channel's audience, from 0. */
export interface SweepPlace {
  readonly channel: Channel;
  readonly index: number;
}

/** The state of sweeps; finished ones are deleted. */
export interface SweepStore {
  /** Read strongly. */
  read(place: SweepPlace): Promise<Sweep | undefined>;
  /**
   * Writes the state `after`, or deletes the sweep, unless it has changed since `before`. A repeat after a lost answer is
   * `written`.
   */
  write(
    place: SweepPlace,
    before: Sweep | undefined,
    after: Sweep | undefined,
  ): Promise<"written" | "conflict">;
}

/**
 * The outcome of one post. `gone`: the connection no longer exists; `throttled`: the gateway or the client's buffer is
 * full; `failed`: it may or may not have arrived.
 */
export type PostOutcome = "sent" | "gone" | "throttled" | "too_large" | "failed";

/**
 * Posts one text to one connection after another, one try each. Never throws because of one connection. For connections
 * of its own process, the outcome is known at once.
 */
export type Post = (connectionId: string) => PostOutcome | Promise<PostOutcome>;

export interface Sender {
  /** Prepares a text once, for posts to any number of connections. */
  prepare(text: string): Post;
}
