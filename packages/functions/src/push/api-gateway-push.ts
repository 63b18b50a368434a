import {
  type Bus,
  type ChannelDeltas,
  type Delivered,
  type Destination,
  eachLimited,
  type HeadStore,
  type Push,
} from "@callboard/core";
import { type Channel, type Delta, headOf } from "@callboard/protocol";
import { deltaMessages } from "./delta-messages.ts";
import { DEFAULT_POSTS_PER_SECOND, spacingOf, sweepsOf } from "./pacing.ts";
import type { Followers, SubscriptionStore, SweepPlace, SweepStore } from "./ports.ts";
import { type PostPorts, postAll } from "./post-all.ts";
import { earlierShardsOf, grown, PAGE_CONNECTIONS, shardOf } from "./shards.ts";
import { type Division, isHeld, withDue } from "./sweep.ts";

/** The ports that pushing over API Gateway uses. */
export interface PushParts extends PostPorts {
  readonly subscriptions: SubscriptionStore;
  readonly sweeps: SweepStore;
  /** Keeps the number of shards in the channel's head: each destination's hint. */
  readonly heads: Pick<HeadStore, "spread">;
  readonly bus: Bus;
  /** Posts per second to all followers of one channel, when there are many. */
  readonly postsPerSecond?: number;
}

const SHARDS_AT_ONCE = 16;
/** Most tries to write a push to a sweep that others also write. */
const MAX_TRIES = 40;

/**
 * Pushes over an API Gateway WebSocket API. Subscriptions are rows, spread over the number of shards in the channel's
 * hint, and each connection is posted to: a few from here, many by sweeps over the bus.
 */
export function apiGatewayPush(parts: PushParts): Push {
  const { postsPerSecond = DEFAULT_POSTS_PER_SECOND, clock } = parts;
  return {
    deliver: (deliveries) =>
      deliver(
        parts,
        deliveries.filter(({ deltas }) => deltas.length > 0),
      ),
    spacingMs: (shards) => spacingOf(shards, postsPerSecond),

    /**
     * The row goes into the connection's shard. A row that the connection put when there were fewer shards stays. The
     * connection is then posted to twice until it ends, which is harmless and cheaper than a search each time.
     */
    async follow({ channel, hint }, following) {
      const place = { channel, shard: shardOf(following.connectionId, hint) };
      return (await parts.subscriptions.put({ ...place, ...following, on: true })).outcome;
    },

    /** The row may be in any of a few shards: each is tried, and those without it stay as they are. */
    async unfollow({ channel, hint: shards }, following) {
      const { connectionId } = following;
      let hasEnded = false;
      for (const shard of [shardOf(connectionId, shards), ...earlierShardsOf(connectionId, shards)]) {
        const put = await parts.subscriptions.put({ channel, shard, ...following, on: false });
        hasEnded ||= put.outcome === "kept" && isFollowing(put.before, clock.now());
      }
      return hasEnded ? "ended" : "unchanged";
    },

    leave: (connectionId) => parts.subscriptions.removeAll(connectionId),

    async count({ channel, hint }) {
      const counts = await countShards(parts, channel, hint);
      if (counts.at(-1)! > PAGE_CONNECTIONS) await spread(parts, channel, hint);
      return counts;
    },
  };
}

/** Posts to small audiences directly, all at once, and starts sweeps for large ones. */
async function deliver(parts: PushParts, deliveries: readonly ChannelDeltas[]): Promise<Delivered> {
  const small = deliveries.filter(({ to }) => to.hint <= 1);
  const followers = await followersOf(parts, small);
  const isWhole = ({ to }: ChannelDeltas) => followers.get(to.channel)?.next === undefined;
  const tooMany = small.filter((delivery) => !isWhole(delivery));
  const pages = small.filter(isWhole).map(({ to: { channel }, deltas }) => {
    const { connectionIds } = followers.get(channel)!;
    return {
      channel,
      shard: 0,
      connectionIds,
      texts: connectionIds.length > 0 ? deltaMessages(channel, deltas) : [],
    };
  });
  let delivered: Delivered = { gone: [] };
  const works = [
    async () => {
      delivered = await postAll(parts, pages);
    },
    ...deliveries
      .filter((delivery) => delivery.to.hint > 1 || tooMany.includes(delivery))
      .map(
        ({ to, deltas }) =>
          () =>
            sweep(parts, to, deltas),
      ),
    ...tooMany.map(
      ({ to }) =>
        () =>
          spread(parts, to.channel, to.hint),
    ),
  ];
  await eachLimited(works, works.length, (work) => work());
  return delivered;
}

/** Reads the followers of small channels: both channels of a subject together, or each by itself. */
async function followersOf(
  { subscriptions, clock }: PushParts,
  deliveries: readonly ChannelDeltas[],
): Promise<ReadonlyMap<Channel, Followers>> {
  const channels = deliveries.map(({ to }) => to.channel);
  const [first, second] = channels;
  if (first && second && channels.length === 2 && headOf(first) === headOf(second))
    return subscriptions.followersOfBoth(headOf(first), clock.now(), PAGE_CONNECTIONS);
  const found = new Map<Channel, Followers>();
  await eachLimited(channels, SHARDS_AT_ONCE, async (channel) => {
    found.set(channel, await subscriptions.followers(channel, 0, clock.now(), PAGE_CONNECTIONS));
  });
  return found;
}

/** Adds deltas to the sweeps of a channel, and starts an invocation for each sweep that nobody works on. */
async function sweep(
  parts: PushParts,
  { channel, hint: shards }: Destination,
  deltas: readonly Delta[],
): Promise<void> {
  const sweeps = sweepsOf(shards, parts.postsPerSecond ?? DEFAULT_POSTS_PER_SECOND);
  const idle: number[] = [];
  try {
    await eachLimited(Array(sweeps).keys(), SHARDS_AT_ONCE, async (index) => {
      if (await addTo(parts, { channel, index }, deltas, { shards, sweeps })) idle.push(index);
    });
  } finally {
    const pages = idle.sort((a, b) => a - b);
    if (pages.length > 0)
      await parts.bus.put(pages.map((index) => ({ type: "Fan-out Page", channel, sweep: index })));
  }
}

/** Returns whether nobody works on the sweep, as far as is known. */
async function addTo(
  { sweeps, clock, ids }: PushParts,
  place: SweepPlace,
  deltas: readonly Delta[],
  division: Division,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = await sweeps.read(place);
    const progress = withDue(before, deltas, place.index, division);
    const held = before?.held ? { held: before.held } : {};
    const outcome = await sweeps.write(place, before, { ...progress, ...held, stamp: ids.random() });
    if (outcome === "written") return !(before && isHeld(before, clock.now()));
  }
  throw new Error(`a sweep was changed by others ${MAX_TRIES} times in a row`);
}

const isFollowing = (
  row: { readonly on: boolean; readonly expiresAt: number } | undefined,
  now: number,
): boolean => row?.on === true && row.expiresAt > now;

const spread = ({ heads }: PushParts, channel: Channel, shards: number): Promise<void> =>
  heads.spread(channel, shards, grown(shards));

/** How many connections follow a channel in each of its shards. */
export async function countShards(
  {
    subscriptions,
    clock,
  }: Pick<PushParts, "clock"> & { readonly subscriptions: Pick<SubscriptionStore, "count"> },
  channel: Channel,
  shards: number,
): Promise<number[]> {
  const now = clock.now();
  const counts = new Array<number>(shards).fill(0);
  await eachLimited(counts.keys(), SHARDS_AT_ONCE, async (shard) => {
    counts[shard] = await subscriptions.count(channel, shard, now);
  });
  return counts;
}
