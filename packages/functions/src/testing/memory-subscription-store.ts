import type { Subscription, SubscriptionStore } from "../push/ports.ts";

/** Subscriptions in memory. */
export function memorySubscriptionStore(): SubscriptionStore {
  const rows = new Map<string, Subscription>();
  const key = (channel: string, shard: number, connectionId: string) =>
    `${channel}\n${shard}\n${connectionId}`;
  return {
    async put(subscription) {
      const id = key(subscription.channel, subscription.shard, subscription.connectionId);
      const was = rows.get(id);
      if ((was?.sub ?? 0) > subscription.sub) return "stale";
      rows.set(id, subscription);
      return was?.on && !subscription.on ? "ended" : "kept";
    },
    async followers(channel, shard, now, most, after = "") {
      const found = [...rows.values()]
        .filter((row) => row.channel === channel && row.shard === shard && row.connectionId > after)
        .sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
      const page = found.slice(0, most);
      const connectionIds = page
        .filter((row) => row.on && row.expiresAt > now)
        .map((row) => row.connectionId);
      return found.length > most ? { connectionIds, next: page.at(-1)!.connectionId } : { connectionIds };
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
