import type { Channel, Delta } from "@callboard/protocol";
import type { Clock, Following, Push } from "../ports/index.ts";
import { structuredCopy } from "./memory-channel-store.ts";

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
  readonly wishes?: Wishes;
}

/** What connections said last, by channel and connection. */
export type Wishes = Map<Channel, Map<string, Following & { readonly on: boolean }>>;

/** A whole transport in memory: whoever follows is reached at once, one after the other. */
export function memoryPush({ clock, arrive, wishes = new Map() }: MemoryPushOptions): Push {
  function wish(channel: Channel, next: Following & { readonly on: boolean }): "kept" | "stale" {
    const of = wishes.get(channel) ?? new Map<string, typeof next>();
    wishes.set(channel, of);
    if ((of.get(next.connectionId)?.sub ?? 0) > next.sub) return "stale";
    of.set(next.connectionId, next);
    return "kept";
  }

  const isFollowing = (channel: Channel, connectionId: string): boolean =>
    followers(channel).includes(connectionId);

  const followers = (channel: Channel): string[] =>
    [...(wishes.get(channel)?.values() ?? [])]
      .filter(({ on, expiresAt }) => on && expiresAt > clock.now())
      .map(({ connectionId }) => connectionId);

  return {
    async deliver({ channel }, deltas) {
      const gone = new Set<string>();
      for (const connectionId of followers(channel))
        for (const delta of deltas)
          if (
            !gone.has(connectionId) &&
            (await arrive(structuredCopy({ connectionId, channel, delta }))) === "gone"
          )
            gone.add(connectionId);
      for (const connectionId of gone) wishes.get(channel)?.delete(connectionId);
      return { gone: gone.size };
    },
    follow: async ({ channel }, following) => wish(channel, { ...following, on: true }),
    async unfollow({ channel }, following) {
      const followed = isFollowing(channel, following.connectionId);
      return wish(channel, { ...following, on: false }) === "kept" && followed ? "ended" : "nothing";
    },
    async leave(connectionId) {
      const left = [...wishes.keys()].filter((channel) => isFollowing(channel, connectionId));
      for (const of of wishes.values()) of.delete(connectionId);
      return left;
    },
    count: async ({ channel }) => [followers(channel).length],
  };
}
