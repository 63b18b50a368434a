import { type ChannelKind, channelKindsOf, type HeadName, limits } from "@callboard/protocol";
import type { ChannelMeta, Entry, Guard, Head, Members } from "../ports/index.ts";
import type { Change, Entries } from "./change.ts";
import { type Bound, boundPassed, type Channels, placed, sizeOf } from "./counts.ts";
import { decidePush, isUrgent } from "./decide-push.ts";
import { makeRoom, removedToMakeRoom } from "./make-room.ts";
import { joinMembers } from "./members.ts";

/** A head as it was read before the changes, with all entries that they read. */
export interface ChangeContext {
  readonly name: HeadName;
  readonly head: Head | undefined;
  readonly entries: Entries;
  /**
   * Whether these are all entries of the head. Only then can entries be removed to make room, and removed keys be
   * forgotten.
   */
  readonly all: boolean;
  /** The epoch, if this write creates the head. */
  readonly epoch: string;
  readonly now: number;
  /** The minimum time between two pushes of a channel with this hint, in milliseconds. */
  readonly spacingMs: (hint: number) => number;
  /** Whether this write also contains other jobs than these changes. */
  readonly along: boolean;
  /** This write also keeps the promises to push that are due by this time, in milliseconds; 0: none. */
  readonly flushUntil: number;
}

/** What happened to one of the changes. */
export type ChangeOutcome =
  | { readonly outcome: "taken" }
  | { readonly outcome: "stale" }
  | { readonly outcome: "full"; readonly limit: Bound | "valueBytes" }
  /** Some entries may be removed to make room, so all of them must be read. */
  | { readonly outcome: "crowded" }
  /**
   * It has a guard or needs room, and must be written without the others; some of that room may already have been made.
   */
  | { readonly outcome: "alone" };

/** What to push on one channel after the write. */
export interface ChannelPush {
  /** Everything above this offset; undefined: nothing. */
  readonly from?: number;
  /** Repeated entries, unchanged. */
  readonly again: readonly Entry[];
}

export interface ChangeDecision {
  /** One for each change. */
  readonly outcomes: readonly ChangeOutcome[];
  /** To be committed; undefined: the head stays unchanged. */
  readonly write?: {
    readonly after: Head;
    readonly entries: readonly Entry[];
    readonly forget: readonly string[];
    readonly guard?: Guard;
  };
  readonly pushes: ReadonlyMap<ChannelKind, ChannelPush>;
  /** When this write promises to push the rest of its channels. */
  readonly flushAts: readonly number[];
  /** Proposed entries that equal those in the head. */
  readonly again: readonly Entry[];
}

/**
 * Writes of one change. DynamoDB takes 100 in a transaction, among them the head, its members, a guard and entries that
 * move.
 */
const MAX_WRITES = 90;

/**
 * Decides one write of a head: each changed key gets the next offset in each channel that shows it. A channel without
 * any changed key stays as it is. Pure.
 */
export function decideChange(context: ChangeContext, changes: readonly Change[]): ChangeDecision {
  const { name, head, epoch } = context;
  const before = head ?? newHead(name, epoch);
  const isAlone = changes.length === 1 && !context.along;
  const work = openWork(context, before, isAlone);
  let guard: Guard | undefined;
  const outcomes = changes.map((change): ChangeOutcome => {
    const needed = change.guard?.(work.entries, head);
    if (needed && !isAlone) return { outcome: "alone" };
    const outcome = work.take(change);
    if (outcome.outcome === "taken") guard ??= needed;
    return outcome;
  });
  const channels = { ...work.channels };
  const forget = forgettable(context, before, channels, work);
  const { pushes, flushAts } = decidePushes(context, before, channels, work);
  const after: Head = { ...before, ...work.members, channels };
  return {
    outcomes,
    pushes,
    flushAts,
    again: work.again(),
    ...(isSame(before, after)
      ? {}
      : { write: { after, entries: [...work.changed.values()], forget, ...(guard ? { guard } : {}) } }),
  };
}

/** The head while its changes are applied, one by one. */
function openWork({ entries: given, all, now }: ChangeContext, before: Head, isAlone: boolean) {
  let entries = new Map(given);
  let channels: Channels = { ...before.channels };
  let members: Members = { owners: before.owners, followers: before.followers };
  const changed = new Map<string, Entry>();
  const again = new Set<string>();
  const kinds = channelKindsOf(before.name);

  /** Applies one change completely or not at all. */
  function take(change: Change): ChangeOutcome {
    const proposals = change.propose(entries, channels);
    if (proposals === "stale") return { outcome: "stale" };
    const next = new Map(entries);
    const metas = { ...channels };
    const own = new Map<string, Entry>();
    const same: string[] = [];
    let adds = false;
    for (const { key, at, fold } of proposals) {
      const known = next.get(key);
      const folded = fold(known);
      if (!folded) continue;
      if (known && folded.version <= known.version) {
        if (folded.version === known.version) same.push(key);
        continue;
      }
      if (sizeOf(folded.value) > limits.valueBytes) return { outcome: "full", limit: "valueBytes" };
      const entry = placed({ key, at, ...folded }, known, metas, kinds);
      next.set(key, entry);
      own.set(key, entry);
      adds ||= entry.value !== null && (known?.value ?? null) === null;
    }
    const joined = change.members
      ? joinMembers(members, change.members, all ? next.values() : undefined)
      : members;
    if (!joined) return { outcome: isAlone ? "crowded" : "alone" };
    const limit = kinds.map((kind) => boundPassed(channels[kind]!, metas[kind]!)).find((bound) => bound);
    if (limit && (adds || !change.replaces)) {
      if (!isAlone) return { outcome: "alone" };
      if (!all) return { outcome: "crowded" };
      const room = makeRoom({
        before: channels,
        channels: metas,
        entries: next,
        own: new Set(proposals.map(({ key }) => key)),
        mustShow: change.mustShow === true,
        most: { beside: MAX_WRITES - own.size, alone: MAX_WRITES },
        now,
      });
      if (room.outcome === "none") return { outcome: "full", limit };
      if (room.outcome === "begun") {
        remove(room.gone, entries, channels, changed);
        return { outcome: "alone" };
      }
      remove(room.gone, next, metas, own);
    }
    entries = next;
    channels = metas;
    members = joined;
    for (const [key, entry] of own) changed.set(key, entry);
    for (const key of same) again.add(key);
    return { outcome: "taken" };
  }

  function remove(gone: readonly Entry[], from: Map<string, Entry>, metas: Channels, to: Map<string, Entry>) {
    for (const entry of gone) {
      const left = placed(removedToMakeRoom(entry, now), entry, metas, kinds);
      from.set(entry.key, left);
      to.set(entry.key, left);
    }
  }

  return {
    take,
    kinds,
    changed,
    get entries(): Entries {
      return entries;
    },
    get channels(): Channels {
      return channels;
    },
    get members(): Members {
      return members;
    },
    /** Entries that were repeated and not changed otherwise. */
    again: () => [...again].filter((key) => !changed.has(key)).map((key) => entries.get(key)!),
  };
}

type Work = ReturnType<typeof openWork>;

/**
 * The oldest removed keys to forget, as many as the write has room for, once a channel remembers twice as many as it
 * must. Only in channels whose offset this change increases: the floors of others stay.
 */
function forgettable(
  { all, entries }: ChangeContext,
  before: Head,
  channels: Channels,
  work: Work,
): readonly string[] {
  if (!all) return [];
  const moved = (kind: ChannelKind) => channels[kind]!.head > before.channels[kind]!.head;
  const forget = new Set<string>();
  const room = MAX_WRITES - work.changed.size;
  for (const kind of work.kinds) {
    if (channels[kind]!.removed < 2 * limits.removedKeys || !moved(kind)) continue;
    const removals = [...entries.values()]
      .filter((entry) => entry.value === null && entry.offsets[kind] !== undefined)
      .filter((entry) => !work.changed.has(entry.key) && shownIn(entry).every(moved))
      .sort((a, b) => a.offsets[kind]! - b.offsets[kind]!);
    for (const { key } of removals.slice(0, -limits.removedKeys)) if (forget.size < room) forget.add(key);
  }
  for (const key of forget) {
    const entry = entries.get(key)!;
    for (const kind of shownIn(entry)) {
      const meta = channels[kind]!;
      const floor = Math.max(meta.floor, entry.offsets[kind]!);
      channels[kind] = { ...meta, floor, removed: Math.max(0, meta.removed - 1) };
    }
  }
  return [...forget];
}

/** Decides for each channel when its change is pushed, and records that in `channels`. */
function decidePushes(
  { now, spacingMs, flushUntil }: ChangeContext,
  before: Head,
  channels: Channels,
  work: Work,
): { pushes: Map<ChannelKind, ChannelPush>; flushAts: readonly number[] } {
  const pushes = new Map<ChannelKind, ChannelPush>();
  const flushAts = new Set<number>();
  for (const kind of work.kinds) {
    const was = before.channels[kind]!;
    const is = channels[kind]!;
    const shown = (entry: Entry) => entry.offsets[kind] !== undefined;
    const changed = [...work.changed.values()].filter(shown);
    const again = work.again().filter(shown);
    const pushed = again.filter((entry) => entry.offsets[kind]! <= was.pushed);
    if (was.flushAt > 0 && was.flushAt <= flushUntil) {
      channels[kind] = { ...is, pushed: is.head, pushedAt: now, flushAt: 0 };
      if (was.pushed < is.head) pushes.set(kind, { from: was.pushed, again: pushed.filter(isUrgent) });
      continue;
    }
    // A repeated entry is pushed like a change if its push may still be under way, or was lost with its process.
    const pending = again.filter((entry) => !pushed.includes(entry));
    if (changed.length > 0 || pending.length > 0) {
      const { plan, after } = decidePush(was, {
        head: is.head,
        urgent: [...changed, ...pending].some(isUrgent),
        now,
        spacingMs: spacingMs(is.shards),
        latestFlushAt: Math.max(...Object.values(channels).map(({ flushAt }) => flushAt)),
      });
      const { pushed: upTo, pushedAt, flushAt: promisedAt } = after;
      if (after !== was) channels[kind] = { ...is, pushed: upTo, pushedAt, flushAt: promisedAt };
      if (plan.push === "now") pushes.set(kind, { from: plan.from, again: pushed });
      if (plan.push === "later") flushAts.add(plan.flushAt);
      continue;
    }
    // An entry that was pushed before is pushed again for clients that missed it: with the usual spacing, unless it is
    // urgent.
    if (again.some(isUrgent)) pushes.set(kind, { again });
    else if (again.length > 0 && now >= was.pushedAt + spacingMs(is.shards)) {
      channels[kind] = { ...is, pushedAt: now };
      pushes.set(kind, { again });
    }
  }
  return { pushes, flushAts: [...flushAts] };
}

const shownIn = (entry: Entry): ChannelKind[] => Object.keys(entry.offsets) as ChannelKind[];

/** A channel without anything published yet. */
export const newMeta: ChannelMeta = {
  head: 0,
  shards: 1,
  floor: 0,
  keys: 0,
  bytes: 0,
  removed: 0,
  pushed: 0,
  pushedAt: 0,
  flushAt: 0,
};

/** A head as it is before its first change. */
const newHead = (name: HeadName, epoch: string): Head => ({
  name,
  epoch,
  channels: Object.fromEntries(channelKindsOf(name).map((kind) => [kind, newMeta])),
  owners: [],
  followers: [],
});

/** Whether nothing of a head changed. An entry that changes gets a new offset in some channel. */
const isSame = (before: Head, after: Head): boolean =>
  before.owners === after.owners &&
  before.followers === after.followers &&
  channelKindsOf(before.name).every((kind) => before.channels[kind] === after.channels[kind]);
