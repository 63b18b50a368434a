import { pushContract } from "@callboard/core/testing/push.contract.ts";
import { timedClock } from "@callboard/core/testing/timed-clock.ts";
import type { Channel, Delta, Item } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { PostOutcome } from "./ports.ts";
import { PAGE_CONNECTIONS, shardOf } from "./shards.ts";
import { deliveryOf, type GatewayStageOptions, gatewayStage } from "./testing/gateway-stage.ts";

const watch: Channel = "watch:video/v_1";
const work: Channel = "work:video/v_1";

const deltaOf = (from: number, items: readonly Item[] = []): Delta => ({
  epoch: "e1",
  from,
  to: from + 1,
  items,
});

pushContract("API Gateway", () => {
  const gone = new Set<string>();
  const stage = gatewayStage({ outcome: (connectionId) => (gone.has(connectionId) ? "gone" : "sent") });
  return {
    push: stage.push,
    async arrived() {
      await stage.pump();
      return stage.posts.splice(0).map(deliveryOf);
    },
    vanish: (connectionId) => void gone.add(connectionId),
    now: stage.now,
    pass: stage.pass,
  };
});

const idsOf = (size: number, letter: string) =>
  Array.from({ length: size }, (_, n) => `${letter}${String(n).padStart(6, "0")}`);

/** This many connections follow the channel, each in its place among this many shards. */
async function audience(size: number, shards = 1, options: GatewayStageOptions = {}) {
  const stage = gatewayStage(options);
  const join = async (some: readonly string[], among: number, channel: Channel = watch) => {
    for (const connectionId of some)
      await stage.subscriptions.put({
        channel,
        shard: shardOf(connectionId, among),
        connectionId,
        sub: 1,
        on: true,
        expiresAt: stage.now() + 3_600_000,
      });
  };
  const ids = idsOf(size, "c");
  await join(ids, shards);
  return {
    ...stage,
    ids,
    join,
    deliver: (n: number, channel: Channel = watch) =>
      stage.push.deliver([{ to: stage.to(channel), deltas: [deltaOf(n)] }]),
    received: () =>
      stage.posts
        .splice(0)
        .map(({ connectionId }) => connectionId)
        .sort(),
  };
}

describe("a push", () => {
  it("is posted to a small audience directly", async () => {
    const stage = await audience(PAGE_CONNECTIONS);
    await stage.deliver(1);
    expect(stage.queue).toEqual([]);
    expect(stage.received()).toEqual(stage.ids);
  });

  it("goes to a large audience page by page, to everyone once", async () => {
    const stage = await audience(2 * PAGE_CONNECTIONS + 1);
    await stage.deliver(1);
    expect(stage.queue).toEqual([{ type: "Fan-out Page", channel: watch, sweep: 0 }]);
    expect(stage.received()).toEqual([]);
    await stage.pump();
    expect(stage.received()).toEqual(stage.ids);
  });

  it("spreads a large audience over more shards, and reaches those of before and of after", async () => {
    const stage = await audience(PAGE_CONNECTIONS + 1);
    await stage.deliver(1);
    await stage.pump();
    stage.received();
    expect(stage.to(watch).hint).toBe(4);
    const later = idsOf(1000, "d");
    await stage.join(later, 4);
    await stage.deliver(2);
    expect(stage.queue.map((event) => event.type === "Fan-out Page" && event.sweep)).toEqual([0, 1]);
    await stage.pump();
    expect(stage.received()).toEqual([...stage.ids, ...later].sort());
  });

  it("uses as many posts as it needs for more than one message holds", async () => {
    const stage = await audience(10, 4);
    await stage.heads.spread(watch, 1, 4);
    const items = Array.from({ length: 10 }, (_, n) => ({
      key: `k${n}`,
      value: "x".repeat(15_000),
      offset: n + 1,
      version: "1",
      at: 1,
    }));
    await stage.push.deliver([{ to: stage.to(watch), deltas: [{ epoch: "e1", from: 0, to: 10, items }] }]);
    await stage.pump();
    expect(new Set(stage.posts.map(({ text }) => text)).size).toBe(2);
    expect(stage.posts).toHaveLength(20);
  });
});

describe("a push of both channels of a subject", () => {
  const both = (stage: Pick<ReturnType<typeof gatewayStage>, "to">, n: number) => [
    { to: stage.to(watch), deltas: [deltaOf(n)] },
    { to: stage.to(work), deltas: [deltaOf(10 + n)] },
  ];

  it("reads followers of both channels at once while both are small, and separately otherwise", async () => {
    const stage = await audience(3);
    const reads: string[] = [];
    const { followers, followersOfBoth } = stage.subscriptions;
    stage.subscriptions.followers = (channel, shard, ...rest) => {
      reads.push(`${channel} ${shard}`);
      return followers(channel, shard, ...rest);
    };
    stage.subscriptions.followersOfBoth = (head, ...rest) => {
      reads.push(head);
      return followersOfBoth(head, ...rest);
    };
    await stage.push.deliver(both(stage, 1));
    expect(reads.splice(0)).toEqual([work]);
    await stage.deliver(2, work);
    expect(reads.splice(0)).toEqual([`${work} 0`]);
    await stage.heads.spread(watch, 1, 4);
    await stage.push.deliver(both(stage, 3));
    await stage.pump();
    expect(reads.toSorted()).toEqual([`${watch} 0`, `${watch} 1`, `${watch} 2`, `${watch} 3`, `${work} 0`]);
  });

  it("reaches everyone of both once when there are too many for one read", async () => {
    for (const [owners, viewers] of [
      [10, PAGE_CONNECTIONS],
      [PAGE_CONNECTIONS + 1, 10],
    ] as const) {
      const stage = await audience(viewers);
      const working = idsOf(owners, "o");
      await stage.join(working, 1, work);
      await stage.push.deliver(both(stage, 1));
      await stage.pump();
      const posts = stage.posts.splice(0).map(deliveryOf);
      const reached = (channel: Channel) =>
        posts
          .filter((one) => one.channel === channel)
          .map((one) => one.connectionId)
          .sort();
      expect([reached(watch), reached(work)]).toEqual([stage.ids, working]);
    }
  });

  it("makes its posts to both side by side", async () => {
    let underWay = 0;
    let most = 0;
    const stage = await audience(100);
    await stage.join(idsOf(100, "o"), 1, work);
    stage.sender.prepare = () => async () => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      return "sent" as const;
    };
    await stage.push.deliver(both(stage, 1));
    expect(most).toBe(128);
  });
});

describe("a count of viewers", () => {
  it("spreads the channel over more shards once its newest is full, and counts everybody before and after", async () => {
    const stage = await audience(PAGE_CONNECTIONS);
    expect(await stage.push.count({ channel: watch, hint: 1 })).toEqual([PAGE_CONNECTIONS]);
    expect(stage.to(watch).hint).toBe(1);
    await stage.join(["one more"], 1);
    expect(await stage.push.count({ channel: watch, hint: 1 })).toEqual([PAGE_CONNECTIONS + 1]);
    expect(stage.to(watch).hint).toBe(4);
    await stage.join(["later"], 4);
    const counts = await stage.push.count({ channel: watch, hint: 4 });
    expect(counts).toHaveLength(4);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(PAGE_CONNECTIONS + 2);
  });
});

/** Connections that answer posts as told, one outcome after the other; then they are sent. */
async function difficult(outcomes: Record<string, PostOutcome[]>, alwaysThrottled: readonly string[] = []) {
  const clock = timedClock(Date.UTC(2026, 0, 1));
  const order: string[] = [];
  const stage = gatewayStage({
    clock,
    outcome(connectionId) {
      order.push(connectionId);
      if (alwaysThrottled.includes(connectionId)) return "throttled";
      return outcomes[connectionId]?.shift() ?? "sent";
    },
  });
  const expiresAt = clock.now() + 3_600_000;
  for (const connectionId of ["a", "b", "c", "d"])
    await stage.push.follow(stage.to(watch), { connectionId, sub: 1, expiresAt });
  const deliver = (n: number) => stage.push.deliver([{ to: stage.to(watch), deltas: [deltaOf(n)] }]);
  return { ...stage, clock, order, deliver, pushed: deliver(1) };
}

describe("a connection that cannot be reached", () => {
  it("is tried again after everybody else", async () => {
    const { clock, order, pushed } = await difficult({ a: ["throttled"], b: ["failed", "throttled"] });
    await clock.advance(3000);
    await pushed;
    expect(order.slice(0, 4).sort()).toEqual(["a", "b", "c", "d"]);
    expect(order.slice(4)).toEqual(["a", "b", "b"]);
  });

  it("is left to its own recovery when the time for it is up", async () => {
    const { clock, order, pushed, metrics } = await difficult({}, ["a"]);
    const start = clock.now();
    await clock.advance(10_000);
    await pushed;
    const tries = order.filter((id) => id === "a").length;
    expect(tries).toBeGreaterThan(2);
    expect(tries).toBeLessThan(12);
    expect(metrics.find(({ name }) => name === "push_missed")).toMatchObject({ value: 1 });
    expect(clock.now() - start).toBe(10_000);
  });

  it("loses its subscription when its connection is gone", async () => {
    const { clock, order, pushed, deliver } = await difficult({ a: ["gone"], b: ["too_large"] });
    await clock.advance(1);
    expect(await pushed).toEqual({ gone: [watch] });
    await deliver(2);
    expect(order.slice(4).sort()).toEqual(["b", "c", "d"]);
  });

  it("is not counted any more after a page of a large audience finds it gone", async () => {
    const stage = await audience(3, 4, { outcome: (id) => (id === "c000001" ? "gone" : "sent") });
    await stage.heads.spread(watch, 1, 4);
    await stage.deliver(1);
    await stage.pump();
    expect(stage.marked).toEqual([watch]);
    expect((await stage.push.count(stage.to(watch))).reduce((sum, count) => sum + count)).toBe(2);
  });
});
