import { describe, expect, it } from "vitest";
import type { Subscription, SubscriptionStore } from "./ports.ts";

const now = Date.UTC(2026, 0, 1);

const subscription = (more: Partial<Subscription> = {}): Subscription => ({
  channel: "watch:video/v_1",
  shard: 0,
  connectionId: "c1",
  sub: 1,
  on: true,
  expiresAt: now + 60_000,
  ...more,
});

/** Every follower, read in pages of so many rows. */
async function followers(
  store: SubscriptionStore,
  at = now,
  { channel, shard } = subscription(),
  most = 100,
): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.followers(channel, shard, at, most, after);
    expect(page.connectionIds.length).toBeLessThanOrEqual(most);
    found.push(...page.connectionIds);
    after = page.next;
  } while (after !== undefined);
  return found;
}

/** The behaviour of every subscription store; `make` gives a fresh one. */
export function subscriptionStoreContract(
  name: string,
  make: () => Promise<{ readonly subscriptions: SubscriptionStore }>,
): void {
  describe(`subscriptions in ${name}`, () => {
    it("lists those who follow a channel, of one shard", async () => {
      const { subscriptions } = await make();
      await subscriptions.put(subscription());
      await subscriptions.put(subscription({ connectionId: "c2" }));
      await subscriptions.put(subscription({ connectionId: "c3", shard: 1 }));
      await subscriptions.put(subscription({ connectionId: "c4", channel: "watch:video/v_2" }));
      expect(await followers(subscriptions)).toEqual(["c1", "c2"]);
      expect(await followers(subscriptions, now, subscription({ shard: 1 }))).toEqual(["c3"]);
    });

    it("lists every one of many followers once", async () => {
      const { subscriptions } = await make();
      const ids = Array.from({ length: 300 }, (_, i) => `connection-${String(i).padStart(4, "0")}`);
      for (const connectionId of ids) await subscriptions.put(subscription({ connectionId }));
      expect(await followers(subscriptions)).toEqual(ids);
      expect(await followers(subscriptions, now, subscription(), 7)).toEqual(ids);
      expect(await followers(subscriptions, now, subscription(), 300)).toEqual(ids);
      const behind = await subscriptions.followers("watch:video/v_1", 0, now, 2, "connection-0100");
      expect(behind).toEqual({
        connectionIds: ["connection-0101", "connection-0102"],
        next: "connection-0102",
      });
    });

    it("counts those who follow, and removes what has expired", async () => {
      const { subscriptions } = await make();
      for (const n of [1, 2, 3]) await subscriptions.put(subscription({ connectionId: `c${n}` }));
      await subscriptions.put(subscription({ connectionId: "c4", on: false }));
      await subscriptions.put(subscription({ connectionId: "c5", expiresAt: now }));
      await subscriptions.put(subscription({ connectionId: "c6", shard: 1 }));
      expect(await subscriptions.count("watch:video/v_1", 0, now)).toBe(3);
      expect(await subscriptions.count("watch:video/v_1", 1, now)).toBe(1);
      expect(await subscriptions.count("watch:video/v_9", 0, now)).toBe(0);
      expect(await followers(subscriptions, now - 1)).toEqual(["c1", "c2", "c3"]);
    });

    it("leaves out who has expired", async () => {
      const { subscriptions } = await make();
      await subscriptions.put(subscription());
      expect(await followers(subscriptions, now + 59_999)).toEqual(["c1"]);
      expect(await followers(subscriptions, now + 60_000)).toEqual([]);
    });

    it("lets the highest counter win, whichever arrives last", async () => {
      const { subscriptions } = await make();
      expect(await subscriptions.put(subscription({ sub: 2, on: false }))).toBe("kept");
      expect(await subscriptions.put(subscription({ sub: 1 }))).toBe("stale");
      expect(await followers(subscriptions)).toEqual([]);
      expect(await subscriptions.put(subscription({ sub: 3 }))).toBe("kept");
      expect(await subscriptions.put(subscription({ sub: 3, expiresAt: now + 90_000 }))).toBe("kept");
      expect(await followers(subscriptions, now + 60_000)).toEqual(["c1"]);
    });

    it("tells an end of following from an end of nothing", async () => {
      const { subscriptions } = await make();
      expect(await subscriptions.put(subscription({ on: false }))).toBe("kept");
      expect(await subscriptions.put(subscription({ sub: 2 }))).toBe("kept");
      expect(await subscriptions.put(subscription({ sub: 3, on: false }))).toBe("ended");
      expect(await subscriptions.put(subscription({ sub: 3, on: false }))).toBe("kept");
      expect(await subscriptions.put(subscription({ sub: 1, on: false }))).toBe("stale");
    });

    it("settles on the highest of many that arrive at once", async () => {
      const { subscriptions } = await make();
      const subs = Array.from({ length: 20 }, (_, i) => i + 1);
      const results = await Promise.all(
        subs.map((sub) => subscriptions.put(subscription({ sub, on: sub === 20 }))),
      );
      expect(results[19]).toBe("kept");
      expect(await followers(subscriptions)).toEqual(["c1"]);
    });

    it("forgets one subscription, or all of a connection's, and nobody else's", async () => {
      const { subscriptions } = await make();
      await subscriptions.put(subscription());
      await subscriptions.put(subscription({ connectionId: "c2" }));
      await subscriptions.remove("watch:video/v_1", 0, ["c1", "c9"]);
      await subscriptions.remove("watch:video/v_1", 0, ["c1", "c9"]);
      expect(await followers(subscriptions)).toEqual(["c2"]);

      const channels = Array.from({ length: 60 }, (_, i) => `watch:video/w_${i}` as const);
      for (const channel of channels) await subscriptions.put(subscription({ channel }));
      // It never followed this one, and it ended to follow that one.
      await subscriptions.put(subscription({ channel: "watch:video/never", on: false }));
      await subscriptions.put(subscription({ channel: "watch:video/ended" }));
      await subscriptions.put(subscription({ channel: "watch:video/ended", sub: 2, on: false }));
      expect((await subscriptions.removeAll("c1")).sort()).toEqual([...channels].sort());
      for (const channel of channels)
        expect(await followers(subscriptions, now, subscription({ channel }))).toEqual([]);
      expect(await followers(subscriptions)).toEqual(["c2"]);
      expect(await subscriptions.removeAll("c1")).toEqual([]);
    });
  });
}
