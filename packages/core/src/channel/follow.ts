import { type Caller, mayFollow } from "../access/principal.ts";
import type { ChannelMeta, Ports } from "../ports.ts";
import {
  type Channel,
  type Item,
  jsonBytes,
  limits,
  type Position,
  type Subscribe,
  type Subscribed,
} from "../protocol/index.ts";
import { withFreshUrls } from "./fresh-urls.ts";

/** A connection and whom it speaks for. */
export interface Connected {
  readonly connectionId: string;
  readonly caller: Caller;
}

type FollowPorts = Pick<Ports, "channels" | "subscriptions" | "objects" | "clock">;

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
  { connectionId, caller }: Connected,
  channel: Channel,
  { sub, after }: Subscribe,
  budget: Budget,
): Promise<Subscribed> {
  if (!(await isAllowed(ports, caller, channel))) return { sub, error: "forbidden" };
  const row = { channel, shard: 0, connectionId, sub, on: true, expiresAt: subscriptionEnd(ports, caller) };
  if ((await ports.subscriptions.put(row)) === "stale") return { sub, error: "stale" };
  const { meta } = await ports.channels.read(channel, []);
  if (!meta)
    return {
      sub,
      epoch: unbornEpoch,
      offset: 0,
      ...(after ? resetIf(after.epoch !== unbornEpoch) : {}),
      items: [],
    };
  const reset = after !== undefined && isUseless(after, meta);
  const from = after && !reset ? after.offset : 0;
  const fresh = from < meta.head ? await ports.channels.since(channel, from) : [];
  const page = takePage(await withFreshUrls(ports.objects, withoutOldRemovals(fresh, from)), budget);
  return {
    sub,
    epoch: meta.epoch,
    offset: page.complete ? meta.head : (page.items.at(-1)?.offset ?? from),
    ...resetIf(reset),
    items: page.items,
    ...(page.complete ? {} : { more: true as const }),
  };
}

/** Capabilities are enough for most; only an owner or follower costs a read. */
async function isAllowed(ports: FollowPorts, caller: Caller, channel: Channel): Promise<boolean> {
  if (mayFollow(caller, channel, undefined)) return true;
  if (!channel.startsWith("work:")) return false;
  return mayFollow(caller, channel, (await ports.channels.read(channel, [])).meta);
}

/** A subscription ends with the token, or with the connection. */
export const subscriptionEnd = ({ clock }: Pick<Ports, "clock">, caller: Caller): number =>
  Math.min(caller.expiresAt, clock.now() + 2 * 3_600_000);

/** A position of another epoch, ahead of the head, or below the floor says nothing about this channel. */
export const isUseless = (position: Position, meta: ChannelMeta): boolean =>
  position.epoch !== meta.epoch || position.offset > meta.head || position.offset < meta.floor;

const resetIf = (reset: boolean) => (reset ? { reset: true as const } : {});

/** Whoever starts from nothing need not hear of what is gone. */
const withoutOldRemovals = (items: readonly Item[], from: number): readonly Item[] =>
  from === 0 ? items.filter((item) => item.value !== null) : items;

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
