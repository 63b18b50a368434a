import type { ChannelChange, ChannelMeta } from "../ports.ts";
import { type Channel, type Item, jsonBytes, limits, type Principal } from "../protocol/index.ts";

/** What somebody wants a key to be. */
export interface Proposal {
  readonly key: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
  /**
   * The key's next value and version, given the present item (a removed one has the value null); undefined: it has
   * nothing new to say. A version that is not newer changes nothing.
   */
  readonly fold: (current: Item | undefined) => { value: unknown; version: string } | undefined;
}

/** Proposes a value as it is. */
export const propose = (key: string, value: unknown, version: string, at: number): Proposal => ({
  key,
  at,
  fold: () => ({ value, version }),
});

/** Proposes that a key be removed; one that never was stays so. */
export const remove = (key: string, version: string, at: number): Proposal => ({
  key,
  at,
  fold: (current) => (current ? { value: null, version } : undefined),
});

/** Proposes that a key be removed, whatever its version. */
export const drop = (key: string, at: number): Proposal => ({
  key,
  at,
  fold: (current) =>
    current && current.value !== null ? { value: null, version: `${current.version}.removed` } : undefined,
});

/** Who else may follow or own a channel, beside those its META names. */
export interface Access {
  readonly owners?: readonly Principal[];
  readonly followers?: readonly Principal[];
}

export type ChangeDecision =
  | { decision: "change"; change: ChannelChange }
  /** Nothing is new; `again` holds the items that were proposed just as they are, for whoever missed them. */
  | { decision: "nothing"; again: readonly Item[] }
  | { decision: "full"; limit: "channelKeys" | "channelBytes" | "valueBytes" };

/** Decides one transaction on a channel: each change gets the next offset. `epoch` is used at the channel's birth. */
export function decideChange(
  channel: Channel,
  meta: ChannelMeta | undefined,
  current: ReadonlyMap<string, Item>,
  proposals: readonly Proposal[],
  access: Access,
  epoch: string,
): ChangeDecision {
  const before = meta ?? newMeta(epoch);
  let { head, keys, bytes } = before;
  const items: { item: Item; was: number | undefined }[] = [];
  const again: Item[] = [];
  for (const { key, at, fold } of proposals) {
    const known = current.get(key);
    const next = fold(known);
    if (!next) continue;
    if (known && next.version <= known.version) {
      if (next.version === known.version) again.push(known);
      continue;
    }
    const size = sizeOf(next.value);
    if (size > limits.valueBytes) return { decision: "full", limit: "valueBytes" };
    bytes += size - sizeOf(known?.value ?? null);
    keys += live(next.value) - live(known?.value ?? null);
    head += 1;
    items.push({
      item: { key, value: next.value, offset: head, version: next.version, at },
      was: known?.offset,
    });
  }
  const owners = union(before.owners, access.owners, limits.owners);
  const followers = union(before.followers, access.followers, limits.owners);
  const newAccess = owners.length > before.owners.length || followers.length > before.followers.length;
  if (items.length === 0 && !newAccess) return { decision: "nothing", again };
  if (keys > limits.channelKeys && keys > before.keys) return { decision: "full", limit: "channelKeys" };
  if (bytes > limits.channelBytes && bytes > before.bytes) return { decision: "full", limit: "channelBytes" };
  // New access alone takes an offset too: two such changes at once must not overwrite each other.
  if (items.length === 0) head += 1;
  return {
    decision: "change",
    change: { channel, before: meta, after: { ...before, head, keys, bytes, owners, followers }, items },
  };
}

function newMeta(epoch: string): ChannelMeta {
  return { head: 0, epoch, shards: 1, floor: 0, keys: 0, bytes: 0, owners: [], followers: [] };
}

const sizeOf = (value: unknown): number => (value === null ? 0 : jsonBytes(value));
const live = (value: unknown): number => (value === null ? 0 : 1);

function union(known: readonly Principal[], more: readonly Principal[] = [], most: number): Principal[] {
  return [...new Set([...known, ...more])].slice(0, Math.max(most, known.length));
}
