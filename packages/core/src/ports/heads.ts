import type { Channel, ChannelKind, HeadName, Item, Principal, RequestId } from "@callboard/protocol";

/** The state of one channel of a head. */
export interface ChannelMeta {
  /** Offset of the latest change. 0: nothing was ever published, and the channel is `unborn`. */
  readonly head: number;
  /**
   * The transport's own number: over how many partitions it spreads the followers. The domain only stores it for
   * `Push`.
   */
  readonly shards: number;
  /** A client at a lower position may miss removed keys, so it starts again from the beginning. */
  readonly floor: number;
  /** Keys whose value is not null, and the bytes of those values as JSON. */
  readonly keys: number;
  readonly bytes: number;
  /** Removed keys (with the value null) that are remembered, for clients that knew them. */
  readonly removed: number;
  /** Everything up to this offset was pushed, or is being pushed. */
  readonly pushed: number;
  /** When the latest push began, in milliseconds. */
  readonly pushedAt: number;
  /** When a process has promised to push what is above `pushed`; 0: no promise. */
  readonly flushAt: number;
}

/** Who belongs to a subject. */
export interface Members {
  /** Who may follow the subject's `work:` channel and answer its requests. */
  readonly owners: readonly Principal[];
  /** Who may follow it because they were asked a question. */
  readonly followers: readonly Principal[];
}

/** The content of one row: a subject with its channels `watch:` and `work:`, an inbox, or a list. */
export interface Head extends Members {
  readonly name: HeadName;
  /** Random, created with the head: positions of another epoch mean nothing. */
  readonly epoch: string;
  readonly channels: { readonly [K in ChannelKind]?: ChannelMeta };
}

/** One key of a head with everything that is stored. `offsets` has one for each channel that shows it. */
export interface Entry {
  readonly key: string;
  /** As owners see it; null if it was removed. */
  readonly value: unknown;
  readonly version: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
  readonly offsets: { readonly [K in ChannelKind]?: number };
}

/** A head as it was read or written, as the base of a change. It is immutable. */
export interface HeadState {
  readonly name: HeadName;
  /** Undefined: it was never written. */
  readonly head: Head | undefined;
  /** The entries of these keys, or all; removed ones are included, unknown keys are missing. */
  entries(keys: readonly string[] | "all"): Promise<ReadonlyMap<string, Entry>>;
  /** What one of its channels shows above an offset, as `HeadStore.since`; it may read again for that. */
  since(channel: Channel, after: number): Promise<ShownItems>;
}

/** The items that a channel shows above an offset, in the order of their offsets, removed keys included. */
export interface ShownItems {
  readonly items: readonly Item[];
  /**
   * The head when the last item was read. Each change up to the channel's `head` is among the items, or was removed and
   * forgotten at or below its `floor`.
   */
  readonly head: Head;
}

/** A change of a head, written completely or not at all. */
export interface HeadChange {
  /** The state on which it was decided; the change fails if the head was written since. */
  readonly before: HeadState;
  readonly after: Head;
  /** New and changed entries, complete. */
  readonly entries: readonly Entry[];
  /** Removed keys to forget; the floors in `after` are at least the offsets of their removal. */
  readonly forget?: readonly string[];
  /** The change fails unless the request has this version. */
  readonly guard?: Guard;
}

/** A request and the version that it must have. */
export interface Guard {
  readonly request: RequestId;
  readonly version: number;
}

export type Committed =
  | { readonly outcome: "committed"; readonly state: HeadState }
  /** Another process has written the head; `state` is the current one, if it is known. */
  | { readonly outcome: "conflict"; readonly state?: HeadState }
  | { readonly outcome: "guard_failed" };

/**
 * The store of heads: subjects, inboxes and lists. It never returns what a channel does not show: `watch:` has no keys
 * that are only for owners, and no such fields of the others.
 */
export interface HeadStore {
  /** Reads heads, strongly; those that were never written are missing. */
  read(names: readonly HeadName[]): Promise<Map<HeadName, Head>>;
  /** Reads what a channel shows above an offset, strongly; undefined: its head was never written. */
  since(channel: Channel, after: number): Promise<ShownItems | undefined>;
  /** Reads a head strongly, to change it. */
  open(name: HeadName): Promise<HeadState>;
  /**
   * Writes a change unless the head was written since `before`. If the response to the write was lost, the result is
   * `committed` when the change is in the table, and `conflict` once another process has written over it.
   */
  commit(change: HeadChange): Promise<Committed>;
  /** Changes the transport's number `shards` of a channel from `from` to `to`; does nothing if it is not `from`. */
  spread(channel: Channel, from: number, to: number): Promise<void>;
}
