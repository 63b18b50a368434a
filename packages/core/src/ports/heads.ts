import type { Channel, ChannelKind, HeadName, Item, Principal, RequestId } from "@callboard/protocol";

/** Where one channel of a head stands. */
export interface ChannelMeta {
  /** Offset of the latest change; 0: nothing was ever published, and the channel is unborn. */
  readonly head: number;
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
}

/** Who belongs to a subject. */
export interface Members {
  /** Who may follow the subject's `work:` channel and answer its requests. */
  readonly owners: readonly Principal[];
  /** Who may follow it because a question was put to them. */
  readonly followers: readonly Principal[];
}

/** What is one row: a subject, with its channels `watch:` and `work:`, or an inbox. */
export interface Head extends Members {
  readonly name: HeadName;
  /** Random, made at the head's birth: positions of another epoch mean nothing. */
  readonly epoch: string;
  readonly channels: { readonly [K in ChannelKind]?: ChannelMeta };
}

/** One key of a head, whole. Offsets stand for the channels that show it. */
export interface Entry {
  readonly key: string;
  /** As owners see it; null: removed. */
  readonly value: unknown;
  readonly version: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
  readonly offsets: { readonly [K in ChannelKind]?: number };
}

/** A head as it was read or written, for whoever changes it. It is never changed itself. */
export interface HeadState {
  readonly name: HeadName;
  /** Undefined: it was never written. */
  readonly head: Head | undefined;
  /** The entries of these keys, or all, removed ones included; what does not exist is left out. */
  entries(keys: readonly string[] | "all"): Promise<ReadonlyMap<string, Entry>>;
  /** What one of its channels shows above an offset, as `HeadStore.since`; it may be read anew for that. */
  since(channel: Channel, after: number): Promise<Sight>;
}

/** What a channel shows above an offset, in the order of its offsets, removed keys included. */
export interface Sight {
  readonly items: readonly Item[];
  /**
   * The head as it was when the last of the items was read: each change up to its channel's `head` is among the items,
   * or was removed and forgotten at or below its `floor`.
   */
  readonly head: Head;
}

/** A change of a head: all of it or nothing. */
export interface HeadChange {
  /** What it was decided on: nobody may have written the head since. */
  readonly before: HeadState;
  readonly after: Head;
  /** Entries that are new or differ, whole. */
  readonly entries: readonly Entry[];
  /** Removed keys to be forgotten; the floors in `after` are not below the offsets of their removal. */
  readonly forget?: readonly string[];
  /** The change holds only while the request has this version. */
  readonly guard?: Guard;
}

/** A request and the version that it must have. */
export interface Guard {
  readonly request: RequestId;
  readonly version: number;
}

export type Committed =
  | { readonly outcome: "committed"; readonly state: HeadState }
  /** Somebody else has written the head; `state` is what stands there, if it is known. */
  | { readonly outcome: "conflict"; readonly state?: HeadState }
  | { readonly outcome: "guard_failed" };

/**
 * Subjects and inboxes. What a channel does not show never leaves it as an item of that channel: `watch:` has no
 * owners' keys, and of the others no owners' fields.
 */
export interface HeadStore {
  /** Reads heads, strongly; those that were never written are left out. */
  read(names: readonly HeadName[]): Promise<Map<HeadName, Head>>;
  /** Reads what a channel shows above an offset, strongly; undefined: its head was never written. */
  since(channel: Channel, after: number): Promise<Sight | undefined>;
  /** Reads a head strongly, to change it. */
  open(name: HeadName): Promise<HeadState>;
  /**
   * Writes a change unless the head was written since `before`. A change whose answer was lost is `committed` when it
   * stands there, and a conflict once somebody has written over it.
   */
  commit(change: HeadChange): Promise<Committed>;
  /** Changes the transport's number `shards` of a channel; nothing happens unless it is `from`. */
  spread(channel: Channel, from: number, to: number): Promise<void>;
}
