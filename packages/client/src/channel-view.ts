import type { Channel, Item, SubscribeError } from "@callboard/protocol";

/**
 * How far a view can be trusted. `idle`: nobody follows it, it may be old; `catching_up`: something may be missing,
 * what is there is true; `following`: it is what the server has.
 */
export type ChannelStatus = "following" | "catching_up" | "idle" | { readonly error: SubscribeError };

/** A channel as the client has it. There is one view a name; it changes in place, `items` is a new map each time. */
export interface ChannelView {
  readonly name: Channel;
  readonly status: ChannelStatus;
  /** What there is, by key, without what was removed. Never changed in place: a change makes a new map. */
  readonly items: ReadonlyMap<string, Item>;
  /** The value of a key. */
  get<T = unknown>(key: string): T | undefined;
  /** Everything up to this offset of `epoch` is in the view. */
  readonly offset: number;
  /** The life of the channel that `offset` counts in; undefined before the first answer. */
  readonly epoch: string | undefined;
  /**
   * Follows the channel until the function that it returns is called. The listener hears of every change: the items
   * that are different (null for removed ones; none when only the status is different), and the view.
   */
  follow(listener?: (changed: readonly Item[], view: ChannelView) => void): () => void;
}
