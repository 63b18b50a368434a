import { type Channel, type Item, jsonBytes, limits, type Principal } from "@callboard/protocol";
import type { ChannelChange, ChannelMeta } from "../ports/index.ts";
import { decidePush, isUrgent, type PushDecision, pushEveryMs } from "./decide-push.ts";

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

/** Digits of each part of a version. */
const digits = 16;

/** A version that compares as a string as its parts compare as numbers: `[attempt, final, at]`. */
export function version(...parts: readonly number[]): string {
  return parts.map((part) => String(Math.max(0, Math.floor(part))).padStart(digits, "0")).join(".");
}

/** Who else may follow or own a channel, beside those its META names. */
export interface Access {
  readonly owners?: readonly Principal[];
  readonly followers?: readonly Principal[];
}

/** A channel as it was read before a change. */
export interface ChannelState {
  readonly channel: Channel;
  readonly meta: ChannelMeta | undefined;
  /** The items that the proposals name, by key. */
  readonly current: ReadonlyMap<string, Item>;
  /** Removals that need not be remembered any longer. */
  readonly forgettable?: readonly Item[];
}

export type ChangeDecision =
  | { decision: "change"; change: ChannelChange; plan: PushDecision["plan"] }
  /** Nothing is new. `items` were proposed just as they are, and are pushed again once `claim` was committed, if any. */
  | { decision: "again"; items: readonly Item[]; claim?: ChannelChange }
  | { decision: "nothing" }
  | { decision: "full"; limit: "channelKeys" | "channelBytes" | "valueBytes" };

/** Writes of one change; DynamoDB takes 100 in a transaction, and META and a guard are among them. */
const mostWrites = 98;

/** Decides one transaction on a channel: each change gets the next offset. `epoch` is used at the channel's birth. */
export function decideChange(
  { channel, meta, current, forgettable = [] }: ChannelState,
  proposals: readonly Proposal[],
  access: Access,
  { epoch, now }: { epoch: string; now: number },
): ChangeDecision {
  const before = meta ?? newMeta(epoch);
  let { head, keys, bytes, removed } = before;
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
    removed += gone(next) - gone(known);
    head += 1;
    items.push({
      item: { key, value: next.value, offset: head, version: next.version, at },
      was: known?.offset,
    });
  }
  const owners = union(before.owners, access.owners, limits.owners);
  const followers = union(before.followers, access.followers, limits.owners);
  const newAccess = owners.length > before.owners.length || followers.length > before.followers.length;
  if (items.length === 0 && !newAccess && again.every(({ offset }) => offset <= before.pushed))
    return decideAgain(channel, before, again, now);
  if (keys > limits.channelKeys && keys > before.keys) return { decision: "full", limit: "channelKeys" };
  if (bytes > limits.channelBytes && bytes > before.bytes) return { decision: "full", limit: "channelBytes" };
  // New access alone takes an offset too: two such changes at once must not overwrite each other.
  if (items.length === 0 && newAccess) head += 1;

  const urgent = items.some(({ item }) => isUrgent(item));
  const { plan, after } = decidePush(before, head, urgent, now);
  // Only with an offset of its own: a change that META does not show could be undone by another.
  const forget = head > before.head ? forgetting(forgettable, proposals, items.length) : [];
  const changed = { head, keys, bytes, owners, followers, removed: Math.max(0, removed - forget.length) };
  const floor = Math.max(before.floor, ...forget.map(({ was }) => was));
  const change: ChannelChange = {
    channel,
    before: meta,
    after: { ...before, ...after, ...changed, floor },
    items,
    ...(forget.length > 0 ? { forget } : {}),
  };
  return { decision: "change", change, plan };
}

/**
 * What comes again is pushed again, for whoever missed it: its first push may have died with its process. As seldom as
 * anything else, so that whoever does it claims the time by a write; what may not wait need not.
 */
function decideAgain(
  channel: Channel,
  before: ChannelMeta,
  items: readonly Item[],
  now: number,
): ChangeDecision {
  if (items.length === 0) return { decision: "nothing" };
  if (items.some(isUrgent)) return { decision: "again", items };
  if (now < before.pushedAt + pushEveryMs) return { decision: "nothing" };
  const claim = { channel, before, after: { ...before, pushedAt: now }, items: [] };
  return { decision: "again", items, claim };
}

/** As many of the oldest removals as the transaction has room for, but for keys that are being changed. */
function forgetting(forgettable: readonly Item[], proposals: readonly Proposal[], writes: number) {
  const named = new Set(proposals.map(({ key }) => key));
  return forgettable
    .filter(({ key }) => !named.has(key))
    .slice(0, Math.max(0, mostWrites - writes))
    .map(({ key, offset }) => ({ key, was: offset }));
}

function newMeta(epoch: string): ChannelMeta {
  const pushing = { pushed: 0, pushedAt: 0, flushAt: 0 };
  return {
    head: 0,
    epoch,
    shards: 1,
    floor: 0,
    keys: 0,
    bytes: 0,
    removed: 0,
    ...pushing,
    owners: [],
    followers: [],
  };
}

const sizeOf = (value: unknown): number => (value === null ? 0 : jsonBytes(value));
const live = (value: unknown): number => (value === null ? 0 : 1);
const gone = (item: { value: unknown } | undefined): number => (item && item.value === null ? 1 : 0);

function union(known: readonly Principal[], more: readonly Principal[] = [], most: number): Principal[] {
  return [...new Set([...known, ...more])].slice(0, Math.max(most, known.length));
}
