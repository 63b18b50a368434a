import {
  type Channel,
  connectionMs,
  headOf,
  type Item,
  jsonBytes,
  limits,
  type Position,
  type Principal,
  parseChannel,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import { type Caller, inboxesOf, mayFollow } from "../access/principal.ts";
import type { ChannelMeta, Destination, Following, Head, Ports, ShownItems } from "../ports/index.ts";
import { withFreshUrls } from "./items.ts";
import { markViewers } from "./mark-viewers.ts";
import { channelStateOf, type RecentHeads } from "./recent-heads.ts";

/** A connection and its caller. */
export interface Connected {
  readonly connectionId: string;
  readonly caller: Caller;
}

export type FollowPorts = Pick<Ports, "heads" | "push" | "audiences" | "objects" | "clock" | "log"> & {
  readonly recentHeads: RecentHeads;
};

/** The epoch of a channel without anything published yet. */
export const UNBORN_EPOCH = "unborn";

/** The answer to `hello`: whose connection it is, and what it follows. */
export interface Greeting {
  readonly user: { readonly id: string; readonly name: string; readonly roles: readonly Principal[] };
  readonly inboxes: readonly Channel[];
  readonly serverTime: number;
  /** When its subscriptions end. */
  readonly expiresAt: number;
  readonly channels: ReadonlyMap<Channel, Subscribed>;
}

/** Tells a new connection whose it is, and subscribes it to the channels that it names. */
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

/** How much one answer may still contain. */
interface Budget {
  bytes: number;
}

/**
 * Subscribes a connection to channels, and returns what changed in each since the given position. The channels are read
 * in parallel; then each in turn takes its part of the size of one answer.
 */
export async function followAll(
  ports: FollowPorts,
  connected: Connected,
  channels: ReadonlyMap<Channel, Subscribe>,
): Promise<Map<Channel, Subscribed>> {
  const known = await ports.recentHeads.read([...channels.keys()]);
  const followed = await Promise.all(
    [...channels].map(([channel, wanted]) =>
      follow(ports, connected, channel, wanted, known.get(headOf(channel))),
    ),
  );
  const answers = new Map<Channel, Subscribed>();
  const budget: Budget = { bytes: limits.serverMessageBytes - 8 * 1024 };
  for (const [i, [channel, { sub, after }]] of [...channels].entries()) {
    const news = followed[i];
    const answer = typeof news === "string" ? { error: news } : await answerOf(ports, news, after, budget);
    answers.set(channel, { sub, ...answer });
  }
  return answers;
}

/** What a client still lacks of a channel that it follows. */
interface Missing {
  readonly meta: ChannelMeta & { readonly epoch: string };
  readonly items: readonly Item[];
  /** The position after which the items begin; undefined: the items are the whole channel. */
  readonly since: Position | undefined;
}

/**
 * Subscribes a connection to a channel. First the connection is added to the followers, then the channel is read
 * strongly: so each change is either among the items or pushed. Undefined: nothing was published yet.
 */
async function follow(
  ports: FollowPorts,
  connected: Connected,
  channel: Channel,
  { sub, after }: Subscribe,
  known: Head | undefined,
): Promise<Missing | "forbidden" | "stale" | undefined> {
  if (!(await isAllowed(ports, connected.caller, channel, known))) return "forbidden";
  const to = destinationOf(channel, known);
  const kept = await ports.push.follow(to, followingOf(ports, connected, sub));
  if (kept === "stale") return kept;
  const news = await readMissing(ports, channel, after);
  if (news) await markViewers(ports, channel, { hint: news.meta.shards, by: connected.caller.id });
  return news;
}

/**
 * What changed since a position. The whole channel if there is no position, or if it cannot be used for this channel.
 */
async function readMissing(
  { heads }: Pick<FollowPorts, "heads">,
  channel: Channel,
  after: Position | undefined,
): Promise<Missing | undefined> {
  const read = async (since: Position | undefined) =>
    seenIn(channel, await heads.since(channel, since?.offset ?? 0), since);
  const news = await read(after);
  return news && after && isUseless(after, news.meta) ? read(undefined) : news;
}

function seenIn(
  channel: Channel,
  shown: ShownItems | undefined,
  since: Position | undefined,
): Missing | undefined {
  const meta = channelStateOf(channel, shown?.head);
  return shown && meta && { meta, items: shown.items, since };
}

/** Capabilities are enough for most callers; for a new owner or follower the head is read again. */
async function isAllowed(
  ports: FollowPorts,
  caller: Caller,
  channel: Channel,
  known: Head | undefined,
): Promise<boolean> {
  if (mayFollow(caller, channel, known)) return true;
  if (!channel.startsWith("work:")) return false;
  const name = headOf(channel);
  return mayFollow(caller, channel, (await ports.heads.read([name])).get(name));
}

/**
 * Ends subscriptions. For a channel that the connection never followed nothing is stored, so an unsubscribe alone
 * leaves no trace.
 */
export async function unfollowAll(
  ports: FollowPorts,
  connected: Connected,
  channels: ReadonlyMap<Channel, number>,
): Promise<void> {
  const heads = await ports.recentHeads.read([...channels.keys()]);
  const ends = [...channels].map(async ([channel, sub]) => {
    const to = destinationOf(channel, heads.get(headOf(channel)));
    const ended = await ports.push.unfollow(to, followingOf(ports, connected, sub));
    // A connection that did not follow changes nothing for others.
    if (ended === "ended") await markViewers(ports, channel, { hint: to.hint, by: connected.caller.id });
  });
  await Promise.all(ends);
}

const destinationOf = (channel: Channel, head: Head | undefined): Destination => ({
  channel,
  hint: head?.channels[parseChannel(channel).kind]?.shards ?? 1,
});

const followingOf = (ports: FollowPorts, { connectionId, caller }: Connected, sub: number): Following => ({
  connectionId,
  sub,
  expiresAt: followsUntil(ports, caller),
});

/** The answer to a subscription, with as many items as it may still contain; the rest is left for `more`. */
async function answerOf(
  ports: FollowPorts,
  news: Missing | undefined,
  after: Position | undefined,
  budget: Budget,
): Promise<Omit<Exclude<Subscribed, { error: unknown }>, "sub">> {
  if (!news)
    return {
      epoch: UNBORN_EPOCH,
      offset: 0,
      ...resetIf(after !== undefined && after.epoch !== UNBORN_EPOCH),
      items: [],
    };
  const { meta, items, since } = news;
  const wanted = since ? items : items.filter((item) => item.value !== null);
  const page = takePage(await withFreshUrls(ports.objects, wanted), budget);
  const base = since ? since.base : meta.head;
  return {
    epoch: meta.epoch,
    offset: page.complete ? meta.head : (page.items.at(-1)?.offset ?? since?.offset ?? 0),
    ...resetIf(after !== undefined && !since),
    items: page.items,
    ...(page.complete ? {} : { more: true as const, ...(base === undefined ? {} : { base }) }),
  };
}

/** A subscription ends with the token, or with the connection. */
const followsUntil = ({ clock }: Pick<Ports, "clock">, caller: Caller): number =>
  Math.min(caller.expiresAt, clock.now() + connectionMs);

/**
 * A position cannot be used if it is of another epoch, ahead of the head, or below the floor. A client that is still
 * reading the first pages only needs the removals since its `base`.
 */
export const isUseless = (
  { epoch, offset, base = 0 }: Position,
  meta: Pick<ChannelMeta, "head" | "floor"> & { epoch: string },
): boolean => epoch !== meta.epoch || offset > meta.head || Math.max(offset, base) < meta.floor;

const resetIf = (reset: boolean) => (reset ? { reset: true as const } : {});

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
