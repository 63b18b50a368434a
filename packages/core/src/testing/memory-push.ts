import type { Channel, Delta } from "@callboard/protocol";
import type { Clock, Following, Push } from "../ports/index.ts";

/** What one connection was told. */
export interface Delivery {
  readonly connectionId: string;
  readonly channel: Channel;
  readonly delta: Delta;
}

export interface MemoryPushOptions {
  readonly clock: Pick<Clock, "now">;
  /** Brings a delivery to its connection; `gone`: there is no such connection any more. */
  readonly arrive: (delivery: Delivery) => Promise<"arrived" | "gone">;
  /** Who follows what, when others deliver to them as well. */
  readonly wishes?: Subscriptions;
  /** The least time between two pushes, by hint. Default: a quarter of a second. */
  readonly spacingMs?: (hint: number) => number;
}

/** What connections said last, by channel and connection. */
export type Subscriptions = Map<Channel, Map<string, Subscription>>;

interface Subscription extends Following {
  readonly on: boolean;
}

/** A whole transport in memory: whoever follows is reached at once, one after the other. */
export function memoryPush({
  clock,
  arrive,
  wishes = new Map(),
  spacingMs = () => 250,
}: MemoryPushOptions): Push {
  const isFollowing = (subscription: Subscription | undefined): boolean =>
    subscription?.on === true && subscription.expiresAt > clock.now();

  /** Keeps what a connection says unless it said something later. Answers what it said before. */
  function keep(
    channel: Channel,
    next: Subscription,
  ): { readonly kept: boolean; readonly before: Subscription | undefined } {
    const of = wishes.get(channel) ?? new Map<string, Subscription>();
    wishes.set(channel, of);
    const before = of.get(next.connectionId);
    // An end is kept of what was followed alone.
    const kept = before ? before.sub <= next.sub : next.on;
    if (kept) of.set(next.connectionId, next);
    return { kept, before };
  }

  const followers = (channel: Channel): string[] =>
    [...(wishes.get(channel)?.values() ?? [])].filter(isFollowing).map(({ connectionId }) => connectionId);

  /** Tells all who follow a channel. Answers who were gone. */
  async function tell(channel: Channel, deltas: readonly Delta[]): Promise<ReadonlySet<string>> {
    const gone = new Set<string>();
    for (const connectionId of followers(channel))
      for (const delta of deltas)
        if (!gone.has(connectionId) && (await arrive(copyOf({ connectionId, channel, delta }))) === "gone")
          gone.add(connectionId);
    for (const connectionId of gone) wishes.get(channel)?.delete(connectionId);
    return gone;
  }

  return {
    async deliver(deliveries) {
      const gone: Channel[] = [];
      for (const { to, deltas } of deliveries)
        if ((await tell(to.channel, deltas)).size > 0) gone.push(to.channel);
      return { gone };
    },
    spacingMs,
    follow: async ({ channel }, following) =>
      keep(channel, { ...following, on: true }).kept ? "kept" : "stale",
    async unfollow({ channel }, following) {
      const { kept, before } = keep(channel, { ...following, on: false });
      return kept && isFollowing(before) ? "ended" : "unchanged";
    },
    async leave(connectionId) {
      const left = [...wishes.keys()].filter((channel) => followers(channel).includes(connectionId));
      for (const of of wishes.values()) of.delete(connectionId);
      return left;
    },
    count: async ({ channel }) => [followers(channel).length],
  };
}

/** As JSON would bring it. */
const copyOf = (delivery: Delivery): Delivery => JSON.parse(JSON.stringify(delivery)) as Delivery;
