import type { AnyData, Channel, Item, SubscribeError, ValueIn } from "@callboard/protocol";

/**
 * How far a view can be trusted. `idle`: nobody follows it, it may be old; `catching_up`: something may be missing,
 * what is there is true; `following`: it is what the server has. With an `error` nothing comes: the server said
 * `forbidden`, or the name is that of no channel (`invalid_name`) and was never sent.
 */
export type ChannelStatus =
  | "following"
  | "catching_up"
  | "idle"
  | { readonly error: SubscribeError | "invalid_name" };

/** The types of `data` that producers report, by kind of subject, where none is known; `{ order: { courier: string } }` is one. */
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

/** A channel as the client has it. There is one view a name; it changes in place, `items` is a new map each time. */
export interface ChannelView<Name extends Channel = Channel, Kinds extends object = NoKinds> {
  readonly name: Name;
  readonly status: ChannelStatus;
  /** What there is, by key, without what was removed. Never changed in place: a change makes a new map. */
  readonly items: ReadonlyMap<string, Item>;
  /**
   * The value of a key, typed by the channel and the key. The types say what a server of this version writes; nothing is
   * checked here.
   */
  get<const Key extends string>(key: Key): ValueIn<Name, Key, DataIn<Name, Kinds>> | undefined;
  /** Everything up to this offset of `epoch` is in the view. */
  readonly offset: number;
  /** The life of the channel that `offset` counts in; undefined before the first answer. */
  readonly epoch: string | undefined;
  /**
   * Follows the channel until the function that it returns is called. The listener hears of every change: the items
   * that are different (null for removed ones; none when only the status is different), and the view.
   */
  follow(listener?: (changed: readonly Item[], view: ChannelView<Name, Kinds>) => void): () => void;
}
