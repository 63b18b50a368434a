import {
  type Bus,
  type ChannelStore,
  type Delivered,
  type Destination,
  eachLimited,
  type Following,
  type Push,
} from "@callboard/core";
import type { Channel, Delta } from "@callboard/protocol";
import { deltaMessages } from "./delta-messages.ts";
import { type PostPorts, postPage } from "./pages.ts";
import type { SubscriptionStore } from "./ports.ts";
import { earlierShardsOf, grown, pageConnections, shardOf } from "./shards.ts";

/** What API Gateway's way of pushing stands on. */
export interface PushParts extends PostPorts {
  readonly subscriptions: SubscriptionStore;
  /** Keeps the number of shards in the channel's META: the hint of each destination. */
  readonly channels: Pick<ChannelStore, "spread">;
  readonly bus: Bus;
}

const shardsAtOnce = 16;

/**
 * Pushing over an API Gateway WebSocket API: subscriptions are rows, spread over as many shards as a channel's hint
 * says, and each connection is posted to. A few are posted to from here; many by Fan-out Pages over the bus.
 */
export const apiGatewayPush = (parts: PushParts): Push => ({
  deliver: (to, deltas) => deliver(parts, to, deltas),

  /**
   * The row stands in the connection's shard. One that the connection put when there were fewer shards stays as well: it
   * is then posted to twice until it ends, which harms nobody and is cheaper than looking for it each time.
   */
  async follow({ channel, hint }, following) {
    const shard = shardOf(following.connectionId, hint);
    return (await put(parts, { channel, shard }, following, true)) === "stale" ? "stale" : "kept";
  },

  /** Wherever the row may stand: a mark is put in each of the few places. */
  async unfollow({ channel, hint: shards }, following) {
    const { connectionId } = following;
    let left: "ended" | "nothing" = "nothing";
    for (const shard of [shardOf(connectionId, shards), ...earlierShardsOf(connectionId, shards)])
      if ((await put(parts, { channel, shard }, following, false)) === "ended") left = "ended";
    return left;
  },

  leave: (connectionId) => parts.subscriptions.removeAll(connectionId),

  async count({ channel, hint }) {
    const counts = await countShards(parts, channel, hint);
    if (counts.at(-1)! > pageConnections) await spread(parts, channel, hint);
    return counts;
  },
});

/**
 * Posts to a small audience from here, and to a large one by Fan-out Pages, which are all under way before the first
 * post.
 */
async function deliver(
  parts: PushParts,
  { channel, hint: shards }: Destination,
  deltas: readonly Delta[],
): Promise<Delivered> {
  const { subscriptions, clock, bus } = parts;
  if (shards > 1) {
    const texts = deltaMessages(channel, deltas);
    const pages = Array.from({ length: shards }, (_, shard) =>
      texts.map((text) => ({ type: "Fan-out Page" as const, channel, shard, text })),
    );
    await bus.put(pages.flat());
    return { gone: 0 };
  }
  const { connectionIds, next } = await subscriptions.followers(channel, 0, clock.now(), pageConnections);
  if (connectionIds.length === 0 && next === undefined) return { gone: 0 };
  const texts = deltaMessages(channel, deltas);
  if (next !== undefined) {
    await bus.put(texts.map((text) => ({ type: "Fan-out Page", channel, shard: 0, after: next, text })));
    await spread(parts, channel, shards);
  }
  return postPage(parts, { channel, shard: 0 }, connectionIds, texts);
}

const put = (
  { subscriptions }: PushParts,
  place: { readonly channel: Channel; readonly shard: number },
  { connectionId, sub, expiresAt }: Following,
  on: boolean,
): ReturnType<SubscriptionStore["put"]> => subscriptions.put({ ...place, connectionId, sub, on, expiresAt });

const spread = ({ channels }: PushParts, channel: Channel, shards: number): Promise<void> =>
  channels.spread(channel, shards, grown(shards));

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
  await eachLimited(counts.keys(), shardsAtOnce, async (shard) => {
    counts[shard] = await subscriptions.count(channel, shard, now);
  });
  return counts;
}
