import type { Channel, Delta } from "@callboard/protocol";

/** A channel, with what the transport once noted about it. */
export interface Destination {
  readonly channel: Channel;
  /** The transport's own number, which the channel's head keeps for it: 1 until the transport changed it. */
  readonly hint: number;
}

/** What a channel's followers are to be told. */
export interface ChannelDeltas {
  readonly to: Destination;
  readonly deltas: readonly Delta[];
}

/** A connection that follows a channel or did. */
export interface Following {
  readonly connectionId: string;
  /** The client's counter: the highest wins, whichever arrives last. */
  readonly sub: number;
  readonly expiresAt: number;
}

/** A way to tell clients what changed: it knows who follows which channel, and reaches them. */
export interface Push {
  /**
   * Delivers deltas of one subject's channels, or of an inbox, in their order, to all who follow each channel by now.
   * Whoever cannot be reached in time is left to the client's own recovery; whoever is gone follows nothing any more.
   * Rejects only when it does not know whom to reach.
   */
  deliver(deliveries: readonly ChannelDeltas[]): Promise<Delivered>;
  /**
   * The least time between two pushes of a channel with this hint, in milliseconds; what is urgent does not wait for it.
   */
  spacingMs(hint: number): number;
  /**
   * From when this resolves the connection is among those that a later `deliver` reaches, until it expires. `stale`: a
   * follow or unfollow with a higher `sub` came before; the same `sub` again is kept.
   */
  follow(channel: Destination, connection: Following): Promise<"kept" | "stale">;
  /**
   * Ends what the connection follows; where it never followed, nothing is kept. Should an older follow come again, it
   * loses to what ended it, but one that comes for the first time after its unfollow is kept: whoever gets its answer
   * says the unfollow again. `ended`: it did follow the channel until now.
   */
  unfollow(channel: Destination, connection: Following): Promise<"ended" | "unchanged">;
  /** The connection is closed: it follows nothing any more. Answers what it did follow, as far as is known. */
  leave(connectionId: string): Promise<Channel[]>;
  /** How many follow a channel by now, in the parts in which the transport keeps them: their sum is the number of viewers. */
  count(channel: Destination): Promise<readonly number[]>;
}

/** What a delivery found out. */
export interface Delivered {
  /** Channels with followers that were gone, as far as is known by now: fewer follow them than before. */
  readonly gone: readonly Channel[];
}
