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

/** All followers, read in pages of this size. */
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

/** The behaviour of every subscription store; `make` creates a new one. */
export function subscriptionStoreContract(
  name: string,
  make: () => Promise<{ readonly subscriptions: SubscriptionStore }>,
): void {
  describe(`subscriptions in ${name}`, () => {
    it("lists the followers of a channel, in one shard", async () => {
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

    it("counts the followers, and removes expired ones", async () => {
      const { subscriptions } = await make();
      for (const n of [1, 2, 3]) await subscriptions.put(subscription({ connectionId: `c${n}` }));
      for (const [sub, on] of [
        [1, true],
        [2, false],
      ] as const)
        await subscriptions.put(subscription({ connectionId: "c4", sub, on }));
      await subscriptions.put(subscription({ connectionId: "c5", expiresAt: now }));
      await subscriptions.put(subscription({ connectionId: "c6", shard: 1 }));
      expect(await subscriptions.count("watch:video/v_1", 0, now)).toBe(3);
      expect(await subscriptions.count("watch:video/v_1", 1, now)).toBe(1);
      expect(await subscriptions.count("watch:video/v_9", 0, now)).toBe(0);
      expect(await followers(subscriptions, now - 1)).toEqual(["c1", "c2", "c3"]);
    });

    it("returns the former row when a subscription is written", async () => {
      const { subscriptions } = await make();
      const put = (more: Partial<Subscription>) => subscriptions.put(subscription(more));
      expect(await put({ sub: 1 })).toEqual({ outcome: "kept" });
      const { expiresAt } = subscription();
      expect(await put({ sub: 2, expiresAt: now + 1 })).toMatchObject({ before: { on: true, expiresAt } });
      expect(await put({ sub: 3, on: false })).toMatchObject({ before: { on: true, expiresAt: now + 1 } });
      expect(await put({ sub: 2 })).toEqual({ outcome: "stale" });
      expect(await put({ sub: 3, on: false })).toMatchObject({ before: { on: false, expiresAt } });
    });

    it("writes an end only over a row, and leaves nothing where there is none", async () => {
      const { subscriptions } = await make();
      expect(await subscriptions.put(subscription({ sub: 2, on: false }))).toEqual({ outcome: "stale" });
      expect(await subscriptions.put(subscription({ sub: 1 }))).toEqual({ outcome: "kept" });
      expect(await subscriptions.put(subscription({ sub: 2, on: false }))).toMatchObject({
        outcome: "kept",
      });
      expect(await followers(subscriptions)).toEqual([]);
    });

    it("separates owners and viewers of one subject, and an inbox from a subject of its name", async () => {
      const { subscriptions } = await make();
      const channels = [
        "watch:video/v_1",
        "work:video/v_1",
        "inbox:user/ana",
        "work:inbox:user/ana",
        "watch:inbox:user/ana",
      ] as const;
      for (const channel of channels)
        for (const connectionId of [`of ${channel}`, "of all"])
          await subscriptions.put(subscription({ channel, connectionId }));
      for (const channel of channels) {
        expect(await followers(subscriptions, now, subscription({ channel }))).toEqual([
          "of all",
          `of ${channel}`,
        ]);
        expect(await subscriptions.count(channel, 0, now)).toBe(2);
      }
      await subscriptions.remove("work:video/v_1", 0, ["of all"]);
      expect(await subscriptions.count("watch:video/v_1", 0, now)).toBe(2);
      expect(await subscriptions.count("work:video/v_1", 0, now)).toBe(1);
      expect((await subscriptions.removeAll("of all")).sort()).toEqual(
        channels.filter((channel) => channel !== "work:video/v_1").sort(),
      );
    });

    it("lists the followers of either channel of a subject in one read, and says what it left out", async () => {
      const { subscriptions } = await make();
      for (const connectionId of ["o1", "o2", "b"])
        await subscriptions.put(subscription({ connectionId, channel: "work:video/v_1" }));
      for (const connectionId of ["w1", "w2", "b"]) await subscriptions.put(subscription({ connectionId }));
      await subscriptions.put(subscription({ connectionId: "w3", expiresAt: now }));
      await subscriptions.put(subscription({ connectionId: "w4" }));
      await subscriptions.put(subscription({ connectionId: "w4", sub: 2, on: false }));
      await subscriptions.put(subscription({ connectionId: "w5", shard: 1 }));
      await subscriptions.put(subscription({ connectionId: "w6", channel: "watch:video/v_2" }));
      const read = async (most: number) =>
        Object.fromEntries(await subscriptions.followersOfBoth("work:video/v_1", now, most));
      expect(await read(100)).toEqual({
        "work:video/v_1": { connectionIds: ["b", "o1", "o2"] },
        "watch:video/v_1": { connectionIds: ["b", "w1", "w2"] },
      });
      expect(await read(5)).toEqual({
        "work:video/v_1": { connectionIds: ["b", "o1", "o2"] },
        "watch:video/v_1": { connectionIds: ["b", "w1"], next: "w1" },
      });
      expect(await read(2)).toEqual({
        "work:video/v_1": { connectionIds: ["b", "o1"], next: "o1" },
        "watch:video/v_1": { connectionIds: [], next: "" },
      });
    });

    it("leaves out who has expired", async () => {
      const { subscriptions } = await make();
      await subscriptions.put(subscription());
      expect(await followers(subscriptions, now + 59_999)).toEqual(["c1"]);
      expect(await followers(subscriptions, now + 60_000)).toEqual([]);
    });

    it("lets the highest counter win, whichever arrives last", async () => {
      const { subscriptions } = await make();
      await subscriptions.put(subscription({ sub: 1 }));
      expect(await subscriptions.put(subscription({ sub: 2, on: false }))).toMatchObject({ outcome: "kept" });
      expect(await subscriptions.put(subscription({ sub: 1 }))).toEqual({ outcome: "stale" });
      expect(await followers(subscriptions)).toEqual([]);
      expect(await subscriptions.put(subscription({ sub: 3 }))).toMatchObject({ outcome: "kept" });
      expect(await subscriptions.put(subscription({ sub: 3, expiresAt: now + 90_000 }))).toMatchObject({
        outcome: "kept",
      });
      expect(await followers(subscriptions, now + 60_000)).toEqual(["c1"]);
    });

    it("settles on the highest of many that arrive at once", async () => {
      const { subscriptions } = await make();
      const subs = Array.from({ length: 20 }, (_, i) => i + 1);
      const results = await Promise.all(
        subs.map((sub) => subscriptions.put(subscription({ sub, on: sub === 20 }))),
      );
      expect(results[19]).toMatchObject({ outcome: "kept" });
      expect(await followers(subscriptions)).toEqual(["c1"]);
    });

    it("deletes one subscription, or all of a connection's, and no others", async () => {
      const { subscriptions } = await make();
      await subscriptions.put(subscription());
      await subscriptions.put(subscription({ connectionId: "c2" }));
      await subscriptions.remove("watch:video/v_1", 0, ["c1", "c9"]);
      await subscriptions.remove("watch:video/v_1", 0, ["c1", "c9"]);
      expect(await followers(subscriptions)).toEqual(["c2"]);

      const channels = Array.from({ length: 60 }, (_, i) => `watch:video/w_${i}` as const);
      for (const channel of channels) await subscriptions.put(subscription({ channel }));
      // Its row says that it no longer follows.
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
