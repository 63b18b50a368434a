import type { Channel, Delta } from "@callboard/protocol";
import type { Clock, Following, Push } from "../ports/index.ts";

/** What one connection received. */
export interface Delivery {
  readonly connectionId: string;
  readonly channel: Channel;
  readonly delta: Delta;
}

export interface MemoryPushOptions {
  readonly clock: Pick<Clock, "now">;
  /** Delivers to a connection; `gone`: the connection no longer exists. */
  readonly arrive: (delivery: Delivery) => Promise<"arrived" | "gone">;
  /** Who follows what, if other processes deliver to the same followers. */
  readonly subscriptions?: Subscriptions;
  /** The minimum time between two pushes, by hint. Default: a quarter of a second. */
  readonly spacingMs?: (hint: number) => number;
}

/** The latest subscribe or unsubscribe, by channel and connection. */
export type Subscriptions = Map<Channel, Map<string, Subscription>>;

interface Subscription extends Following {
  readonly on: boolean;
}

/** A complete transport in memory: it reaches followers immediately, one after the other. */
export function memoryPush({
  clock,
  arrive,
  subscriptions = new Map(),
  spacingMs = () => 250,
}: MemoryPushOptions): Push {
  const isFollowing = (subscription: Subscription | undefined): boolean =>
    subscription?.on === true && subscription.expiresAt > clock.now();

  /** Keeps a connection's subscribe or unsubscribe unless there was a later one. Also returns the previous one. */
  function keep(
    channel: Channel,
    next: Subscription,
  ): { readonly kept: boolean; readonly before: Subscription | undefined } {
    const of = subscriptions.get(channel) ?? new Map<string, Subscription>();
    subscriptions.set(channel, of);
    const before = of.get(next.connectionId);
    // An unsubscribe is kept only if there was a subscription.
    const kept = before ? before.sub <= next.sub : next.on;
    if (kept) of.set(next.connectionId, next);
    return { kept, before };
  }

  const followers = (channel: Channel): string[] =>
    [...(subscriptions.get(channel)?.values() ?? [])]
      .filter(isFollowing)
      .map(({ connectionId }) => connectionId);

  /** Delivers to all who follow a channel. Returns the connections that were gone. */
  async function tell(channel: Channel, deltas: readonly Delta[]): Promise<ReadonlySet<string>> {
    const gone = new Set<string>();
    for (const connectionId of followers(channel))
      for (const delta of deltas)
        if (!gone.has(connectionId) && (await arrive(copyOf({ connectionId, channel, delta }))) === "gone")
          gone.add(connectionId);
    for (const connectionId of gone) subscriptions.get(channel)?.delete(connectionId);
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
      const left = [...subscriptions.keys()].filter((channel) => followers(channel).includes(connectionId));
      for (const of of subscriptions.values()) of.delete(connectionId);
      return left;
    },
    count: async ({ channel }) => [followers(channel).length],
  };
}

/** A copy through JSON. */
const copyOf = (delivery: Delivery): Delivery => JSON.parse(JSON.stringify(delivery)) as Delivery;
