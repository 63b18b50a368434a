import {
  type Channel,
  type Item,
  jsonBytes,
  limits,
  type Position,
  type Principal,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import { type Caller, inboxesOf, mayFollow } from "../access/principal.ts";
import type { ChannelMeta, Destination, Following, Ports } from "../ports/index.ts";
import type { Heads } from "./heads.ts";
import { readSince, withFreshUrls } from "./items.ts";
import { markViewers } from "./mark-viewers.ts";

/** A connection and whom it speaks for. */
export interface Connected {
  readonly connectionId: string;
  readonly caller: Caller;
}

export type FollowPorts = Pick<Ports, "channels" | "push" | "audiences" | "objects" | "clock" | "log"> & {
  readonly heads: Heads;
};

/** The epoch of a channel to which nothing was published yet. */
export const unbornEpoch = "unborn";

/** Who a connection speaks for, and what it follows from the beginning. */
export interface Greeting {
  readonly user: { readonly id: string; readonly name: string; readonly roles: readonly Principal[] };
  readonly inboxes: readonly Channel[];
  readonly serverTime: number;
  /** When what it follows ends. */
  readonly expiresAt: number;
  readonly channels: ReadonlyMap<Channel, Subscribed>;
}

/** Tells a new connection who it speaks for, and has it follow the channels that it names. */
export async function greet(
  ports: FollowPorts,
  connected: Connected,
  channels: ReadonlyMap<Channel, Subscribe>,
): Promise<Greeting> {
  const { id, name, roles } = connected.caller;
  const followed = await followAll(ports, connected, channels);
  return {
    user: { id, name, roles },
    inboxes: inboxesOf(connected.caller),
    serverTime: ports.clock.now(),
    expiresAt: followsUntil(ports, connected.caller),
    channels: followed,
  };
}

/** What one answer may still carry. */
interface Budget {
  bytes: number;
}

/**
 * Has a connection follow channels, and answers what changed in each since the position that was given. One after the
 * other: they share what one answer may carry.
 */
export async function followAll(
  ports: FollowPorts,
  connected: Connected,
  channels: ReadonlyMap<Channel, Subscribe>,
): Promise<Map<Channel, Subscribed>> {
  const answers = new Map<Channel, Subscribed>();
  const budget: Budget = { bytes: limits.serverMessageBytes - 8 * 1024 };
  for (const [channel, wanted] of channels)
    answers.set(channel, await follow(ports, connected, channel, wanted, budget));
  return answers;
}

/**
 * Has a connection follow a channel: it is put among the followers first, then META is read strongly, then the items, so
 * that a change is either among the items or pushed. What does not fit into the answer is left for `more`.
 */
async function follow(
  ports: FollowPorts,
  connected: Connected,
  channel: Channel,
  { sub, after }: Subscribe,
  budget: Budget,
): Promise<Subscribed> {
  const known = (await ports.heads.read([channel])).get(channel);
  if (!(await isAllowed(ports, connected.caller, channel, known))) return { sub, error: "forbidden" };
  const kept = await ports.push.follow(destinationOf(channel, known), followingOf(ports, connected, sub));
  if (kept === "stale") return { sub, error: "stale" };
  const { meta } = await ports.channels.read(channel, []);
  if (!meta)
    return {
      sub,
      epoch: unbornEpoch,
      offset: 0,
      ...(after ? resetIf(after.epoch !== unbornEpoch) : {}),
      items: [],
    };
  await markViewers(ports, channel, { by: connected.caller.id });
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

/** Ends what a connection follows; a follow with a lower `sub` that comes later loses. */
export async function unfollowAll(
  ports: FollowPorts,
  connected: Connected,
  channels: ReadonlyMap<Channel, number>,
): Promise<void> {
  const ends = [...channels].map(async ([channel, sub]) => {
    const known = (await ports.heads.read([channel])).get(channel);
    const following = followingOf(ports, connected, sub);
    const left = await ports.push.unfollow(destinationOf(channel, known), following);
    // Whoever did not follow changes nothing for others.
    if (left === "ended") await markViewers(ports, channel, { by: connected.caller.id });
  });
  await Promise.all(ends);
}

const destinationOf = (channel: Channel, meta: ChannelMeta | undefined): Destination => ({
  channel,
  hint: meta?.shards ?? 1,
});

const followingOf = (ports: FollowPorts, { connectionId, caller }: Connected, sub: number): Following => ({
  connectionId,
  sub,
  expiresAt: followsUntil(ports, caller),
});

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

/** Following ends with the token, or with the connection. */
const followsUntil = ({ clock }: Pick<Ports, "clock">, caller: Caller): number =>
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
