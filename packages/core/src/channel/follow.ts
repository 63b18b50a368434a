import {
  type Channel,
  type Item,
  jsonBytes,
  limits,
  type Position,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import { type Caller, mayFollow } from "../access/principal.ts";
import type { ChannelMeta, Ports } from "../ports/index.ts";
import { watchAudience } from "./audience.ts";
import { withFreshUrls } from "./fresh-urls.ts";
import type { Heads } from "./heads.ts";
import { readSince } from "./read-since.ts";
import { earlierShardsOf, shardOf } from "./shards.ts";

/** A connection and whom it speaks for. */
export interface Connected {
  readonly connectionId: string;
  readonly caller: Caller;
}

export type FollowPorts = Pick<
  Ports,
  "channels" | "subscriptions" | "audiences" | "objects" | "clock" | "log"
> & { readonly heads: Heads };

/** The epoch of a channel to which nothing was published yet. */
export const unbornEpoch = "unborn";

/** What one message may still carry. */
export interface Budget {
  bytes: number;
}

export const newBudget = (): Budget => ({ bytes: limits.serverMessageBytes - 8 * 1024 });

/**
 * Subscribes a connection to a channel: the row is put first, then META is read strongly, then the items, so that a
 * change is either among the items or pushed. What does not fit into the message is left for `more`.
 */
export async function follow(
  ports: FollowPorts,
  connected: Connected,
  channel: Channel,
  { sub, after }: Subscribe,
  budget: Budget,
): Promise<Subscribed> {
  const known = (await ports.heads.read([channel])).get(channel);
  if (!(await isAllowed(ports, connected.caller, channel, known))) return { sub, error: "forbidden" };
  if ((await putRow(ports, connected, channel, sub, known)) === "stale") return { sub, error: "stale" };
  const { meta } = await ports.channels.read(channel, []);
  if (!meta)
    return {
      sub,
      epoch: unbornEpoch,
      offset: 0,
      ...(after ? resetIf(after.epoch !== unbornEpoch) : {}),
      items: [],
    };
  await watchAudience(ports, channel);
  return { sub, ...(await newsSince(ports, channel, meta, after, budget)) };
}

/** Capabilities are enough for most; for an owner or follower that is new, META is read again. */
async function isAllowed(
  ports: FollowPorts,
  caller: Caller,
  channel: Channel,
  known: ChannelMeta | undefined,
): Promise<boolean> {
  if (mayFollow(caller, channel, known)) return true;
  if (!channel.startsWith("work:")) return false;
  return mayFollow(caller, channel, (await ports.channels.read(channel, [])).meta);
}

/**
 * Puts the subscription into the connection's shard. One that the connection put when there were fewer shards stays as
 * well: it is then posted to twice until it ends, which harms nobody and is cheaper than looking for it each time.
 */
function putRow(
  ports: FollowPorts,
  { connectionId, caller }: Connected,
  channel: Channel,
  sub: number,
  { shards }: Pick<ChannelMeta, "shards"> = { shards: 1 },
): Promise<"kept" | "stale"> {
  const shard = shardOf(connectionId, shards);
  const expiresAt = subscriptionEnd(ports, caller);
  return ports.subscriptions.put({ channel, shard, connectionId, sub, on: true, expiresAt });
}

/** Ends a subscription by a mark, so that an older subscribe that comes later loses, wherever its row may stand. */
export async function unfollow(
  ports: FollowPorts,
  { connectionId, caller }: Connected,
  channel: Channel,
  sub: number,
): Promise<void> {
  const { shards } = (await ports.heads.read([channel])).get(channel) ?? { shards: 1 };
  const expiresAt = subscriptionEnd(ports, caller);
  for (const shard of [shardOf(connectionId, shards), ...earlierShardsOf(connectionId, shards)])
    await ports.subscriptions.put({ channel, shard, connectionId, sub, on: false, expiresAt });
  await watchAudience(ports, channel);
}

/** What a position lacks of a channel: all of it when there is none, or when it says nothing about this channel. */
async function newsSince(
  ports: FollowPorts,
  channel: Channel,
  meta: ChannelMeta,
  after: Position | undefined,
  budget: Budget,
): Promise<Omit<Exclude<Subscribed, { error: unknown }>, "sub">> {
  const useful = after && !isUseless(after, meta) ? after : undefined;
  const news = await readNews(ports, channel, meta, useful);
  // A removal was forgotten while it was read.
  if (useful && isUseless(useful, { ...meta, floor: news.floor }))
    return newsSince(ports, channel, { ...meta, floor: news.floor }, after, budget);
  const items = useful ? news.items : news.items.filter((item) => item.value !== null);
  const page = takePage(await withFreshUrls(ports.objects, items), budget);
  const base = useful ? useful.base : meta.head;
  // What has an offset above the head came while it was read, perhaps without what came before it.
  const reached = Math.min(meta.head, page.items.at(-1)?.offset ?? useful?.offset ?? 0);
  return {
    epoch: meta.epoch,
    offset: page.complete ? meta.head : reached,
    ...resetIf(after !== undefined && !useful),
    items: page.items,
    ...(page.complete ? {} : { more: true as const, ...(base === undefined ? {} : { base }) }),
  };
}

/** A subscription ends with the token, or with the connection. */
export const subscriptionEnd = ({ clock }: Pick<Ports, "clock">, caller: Caller): number =>
  Math.min(caller.expiresAt, clock.now() + 2 * 3_600_000);

/**
 * A position of another epoch, ahead of the head, or below the floor says nothing about this channel. Whoever has only
 * begun to read it needs to hear of removals since its `base` alone.
 */
export const isUseless = ({ epoch, offset, base = 0 }: Position, meta: ChannelMeta): boolean =>
  epoch !== meta.epoch || offset > meta.head || Math.max(offset, base) < meta.floor;

const resetIf = (reset: boolean) => (reset ? { reset: true as const } : {});

/** What a position lacks, and the floor as it was when that was read; whoever starts anew lacks no removals. */
async function readNews(
  ports: FollowPorts,
  channel: Channel,
  { head, floor }: ChannelMeta,
  after: Position | undefined,
): Promise<{ items: readonly Item[]; floor: number }> {
  if (!after) return { items: await ports.channels.since(channel, 0), floor };
  return after.offset < head ? readSince(ports, channel, after.offset) : { items: [], floor };
}

function takePage(items: readonly Item[], budget: Budget): { items: Item[]; complete: boolean } {
  const page: Item[] = [];
  for (const item of items) {
    const size = jsonBytes(item) + 1;
    if (size > budget.bytes) return { items: page, complete: false };
    budget.bytes -= size;
    page.push(item);
  }
  return { items: page, complete: true };
}
