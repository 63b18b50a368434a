import type { AnyData, Channel, Item, SubscribeError, ValueIn } from "@callboard/protocol";

/**
 * How far a view can be trusted. `idle`: it has no follower, and may be old; `catching_up`: something may be
 * missing, but everything in it is true; `following`: it equals the server's. With an `error` there is no
 * data: the server answered `forbidden`, or the name is invalid (`invalid_name`) and was never sent.
 */
export type ChannelStatus =
  | "following"
  | "catching_up"
  | "idle"
  | { readonly error: SubscribeError | "invalid_name" };

/**
 * The types of `data` that producers report, by kind of subject, when none are given. An example of given
 * types: `{ order: { courier: string } }`.
 */
export type NoKinds = Record<never, never>;

/** The type of `data` in a channel. */
type DataIn<
  Name extends Channel,
  Kinds extends object,
> = Name extends `${"watch" | "work"}:${infer Kind}/${string}`
  ? Kind extends keyof Kinds
    ? Kinds[Kind]
    : AnyData
  : AnyData;

/**
 * A channel as the client has it. There is one view for each name; it changes in place, and `items` is a new
 * map after each change.
 */
export interface ChannelView<Name extends Channel = Channel, Kinds extends object = NoKinds> {
  readonly name: Name;
  readonly status: ChannelStatus;
  /** The items by key, without removed ones. Never changed in place: a change makes a new map. */
  readonly items: ReadonlyMap<string, Item>;
  /**
   * The value of a key, typed by the channel and the key. The types are those of this version's server;
   * nothing is checked here.
   */
  get<const Key extends string>(key: Key): ValueIn<Name, Key, DataIn<Name, Kinds>> | undefined;
  /** Everything up to this offset of `epoch` is in the view. */
  readonly offset: number;
  /** The epoch that `offset` belongs to; undefined before the first answer. */
  readonly epoch: string | undefined;
  /**
   * Follows the channel until the returned function is called. The listener is called after every change,
   * with the changed items (value null for removed ones; none when only the status has changed) and the view.
   */
  follow(listener?: (changed: readonly Item[], view: ChannelView<Name, Kinds>) => void): () => void;
}
