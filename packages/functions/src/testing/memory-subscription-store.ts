import { channelsOf } from "@callboard/protocol";
import type { Subscription, SubscriptionStore } from "../push/ports.ts";

/** Subscriptions in memory. */
export function memorySubscriptionStore(): SubscriptionStore {
  const rows = new Map<string, Subscription>();
  const key = (channel: string, shard: number, connectionId: string) =>
    `${channel}\n${shard}\n${connectionId}`;
  const isFollowing = (row: Subscription, now: number) => row.on && row.expiresAt > now;

  return {
    async put(subscription) {
      const id = key(subscription.channel, subscription.shard, subscription.connectionId);
      const before = rows.get(id);
      if (before ? before.sub > subscription.sub : !subscription.on) return { outcome: "stale" };
      rows.set(id, subscription);
      return before ? { outcome: "kept", before } : { outcome: "kept" };
    },
    async followers(channel, shard, now, most, after = "") {
      const found = [...rows.values()]
        .filter((row) => row.channel === channel && row.shard === shard && row.connectionId > after)
        .sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
      const page = found.slice(0, most);
      const connectionIds = page.filter((row) => isFollowing(row, now)).map((row) => row.connectionId);
      return found.length > most ? { connectionIds, next: page.at(-1)!.connectionId } : { connectionIds };
    },
    async followersOfBoth(head, now, most) {
      const found = new Map();
      let left = most;
      // Owners come first.
      for (const channel of channelsOf(head).toReversed()) {
        const page = [...rows.values()]
          .filter((row) => row.channel === channel && row.shard === 0)
          .sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
        const read = page.slice(0, left);
        left -= read.length;
        const connectionIds = read.filter((row) => isFollowing(row, now)).map((row) => row.connectionId);
        const next = read.at(-1)?.connectionId ?? "";
        found.set(channel, read.length < page.length ? { connectionIds, next } : { connectionIds });
      }
      return found;
    },
    async count(channel, shard, now) {
      let count = 0;
      for (const [id, row] of rows) {
        if (row.channel !== channel || row.shard !== shard) continue;
        if (row.expiresAt <= now) rows.delete(id);
        else if (row.on) count++;
      }
      return count;
    },
    async remove(channel, shard, connectionIds) {
      for (const connectionId of connectionIds) rows.delete(key(channel, shard, connectionId));
    },
    async removeAll(connectionId) {
      const left = [...rows].filter(([, row]) => row.on && row.connectionId === connectionId);
      for (const [id] of left) rows.delete(id);
      return [...new Set(left.map(([, { channel }]) => channel))];
    },
  };
}
