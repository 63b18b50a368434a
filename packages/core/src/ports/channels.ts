import type { Channel, Item, Principal, RequestId } from "@callboard/protocol";

/** The head of a channel: it outlives the channel's items. */
export interface ChannelMeta {
  /** Offset of the latest change. */
  readonly head: number;
  /** Random, made at the channel's birth: positions of another epoch mean nothing. */
  readonly epoch: string;
  /** The transport's own number: over how many partitions it spreads those who follow. It is only kept for `Push`. */
  readonly shards: number;
  /** A position below it may miss removed keys: such a client starts anew. */
  readonly floor: number;
  /** Keys whose value is not null, and the bytes of those values as JSON. */
  readonly keys: number;
  readonly bytes: number;
  /** Keys whose value is null and that are remembered, for those who knew them. */
  readonly removed: number;
  /** Up to this offset everything was pushed, or is being pushed. */
  readonly pushed: number;
  /** When the latest push began, in milliseconds. */
  readonly pushedAt: number;
  /** When somebody has promised to push what is above `pushed`; 0: nobody has. */
  readonly flushAt: number;
  /** Who may follow the subject's `work:` channel and answer its requests. */
  readonly owners: readonly Principal[];
  /** Who may follow it because a question was put to them. */
  readonly followers: readonly Principal[];
}

/** One transaction on a channel. */
export interface ChannelChange {
  readonly channel: Channel;
  /** The META this was decided on; undefined: the channel must not exist yet. */
  readonly before: ChannelMeta | undefined;
  readonly after: ChannelMeta;
  /** Each with the offset its key had when it was read (undefined: it had none): a key changed since is a conflict. */
  readonly items: readonly { readonly item: Item; readonly was: number | undefined }[];
  /** Removed keys to be forgotten, with the offset of their removal; the floor in `after` is not below it. */
  readonly forget?: readonly { readonly key: string; readonly was: number }[];
  /** The change holds only while the request has this version. */
  readonly guard?: { readonly request: RequestId; readonly version: number };
}

export interface ChannelStore {
  /** Reads META and the named keys (at most 99), strongly. Keys that do not exist are left out. */
  read(channel: Channel, keys: readonly string[]): Promise<{ meta: ChannelMeta | undefined; items: Item[] }>;
  /** Reads the META of several channels, strongly; those without one are left out. */
  metas(channels: readonly Channel[]): Promise<Map<Channel, ChannelMeta>>;
  /** Reads every item with an offset above `after`, strongly, in the order of their offsets, removed ones included. */
  since(channel: Channel, after: number): Promise<Item[]>;
  /** Writes all of it or nothing. `conflict`: META or a key is not as it was read. */
  commit(change: ChannelChange): Promise<"committed" | "conflict" | "guard_failed">;
  /**
   * Keeps the promise that was made for `flushAt`: from now on everything up to the head counts as pushed. Answers the
   * META as it was before, so that what is between its `pushed` and its `head` is to be pushed; undefined: the promise
   * has passed to somebody else.
   */
  flush(channel: Channel, flushAt: number, now: number): Promise<ChannelMeta | undefined>;
  /** Changes the transport's number `shards`; nothing happens unless it is `from`. */
  spread(channel: Channel, from: number, to: number): Promise<void>;
}

/** Which audiences are to be counted: one row a channel, found by the clock when it is due. */
export interface AudienceStore {
  /** When the audience is to be counted, read strongly; undefined: nobody has marked it. */
  dueAt(channel: Channel): Promise<number | undefined>;
  /** The audience shall be counted at `at`, unless it is to be counted sooner. */
  mark(channel: Channel, at: number): Promise<void>;
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
