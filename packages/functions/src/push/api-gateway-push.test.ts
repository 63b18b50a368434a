import { propose, publish, version } from "@callboard/core/testing";
import { pushContract } from "@callboard/core/testing/push.contract.ts";
import { timedClock } from "@callboard/core/testing/timed-clock.ts";
import { describe, expect, it } from "vitest";
import { deliveryOf, gatewayStage } from "./gateway-stage.fixture.ts";
import type { PostOutcome } from "./ports.ts";
import { pageConnections, shardOf } from "./shards.ts";

const watch = "watch:video/v_1";
const put = (n: number) => propose("step/e/probe", { state: "failed", n }, version(n), n);

pushContract("API Gateway", () => {
  const gone = new Set<string>();
  const stage = gatewayStage({ outcome: (connectionId) => (gone.has(connectionId) ? "gone" : "sent") });
  return {
    push: stage.ports.push,
    async arrived() {
      await stage.pump();
      return stage.posts.splice(0).map(deliveryOf);
    },
    vanish: (connectionId) => void gone.add(connectionId),
    now: stage.now,
    pass: stage.pass,
  };
});

/** So many connections follow the channel, put where they belong among so many shards. */
async function audience(size: number, shards = 1) {
  const stage = gatewayStage();
  const ids = Array.from({ length: size }, (_, n) => `c${String(n).padStart(6, "0")}`);
  await publish(stage.ports, watch, [put(0)]);
  const join = async (some: readonly string[], among: number) => {
    for (const connectionId of some)
      await stage.subscriptions.put({
        channel: watch,
        shard: shardOf(connectionId, among),
        connectionId,
        sub: 1,
        on: true,
        expiresAt: stage.now() + 3_600_000,
      });
  };
  await join(ids, shards);
  const received = () =>
    stage.posts
      .splice(0)
      .map(({ connectionId }) => connectionId)
      .sort();
  return { ...stage, ids, join, received };
}

const meta = async ({ ports }: Pick<ReturnType<typeof gatewayStage>, "ports">) =>
  (await ports.channels.read(watch, [])).meta!;

describe("a push", () => {
  it("goes to a small audience from where the change was made", async () => {
    const stage = await audience(pageConnections);
    await publish(stage.ports, watch, [put(1)]);
    expect(stage.queue).toEqual([]);
    expect(stage.received()).toEqual(stage.ids);
  });

  it("goes to a large audience in pages, each of which brings the next, to everyone once", async () => {
    const stage = await audience(2 * pageConnections + 1);
    await publish(stage.ports, watch, [put(1)]);
    expect(stage.queue).toMatchObject([
      { type: "Fan-out Page", shard: 0, after: stage.ids[pageConnections - 1] },
    ]);
    await stage.pump();
    expect(stage.put.filter(({ type }) => type === "Fan-out Page")).toHaveLength(2);
    expect(stage.received()).toEqual(stage.ids);
  });

  it("spreads a large audience over more shards, and reaches those of before and of after", async () => {
    const stage = await audience(pageConnections + 1);
    await publish(stage.ports, watch, [put(1)]);
    await stage.pump();
    stage.received();
    expect((await meta(stage)).shards).toBe(4);
    const later = Array.from({ length: 1000 }, (_, n) => `d${n}`);
    await stage.join(later, 4);
    await publish(stage.ports, watch, [put(2)]);
    expect(stage.queue.map((event) => event.type === "Fan-out Page" && event.shard).sort()).toEqual([
      0, 1, 2, 3,
    ]);
    await stage.pump();
    expect(stage.received()).toEqual([...stage.ids, ...later].sort());
  });

  it("carries more than one message holds in as many pages more", async () => {
    const stage = await audience(10);
    await publish(stage.ports, watch, [put(1)]);
    stage.received();
    await stage.ports.channels.spread(watch, 1, 4);
    const many = Array.from({ length: 10 }, (_, n) =>
      propose(`step/e/s${n}`, { state: "failed", text: "x".repeat(15_000) }, version(1), 1),
    );
    await publish(stage.ports, watch, many);
    await stage.pump();
    const texts = new Set(stage.posts.map(({ text }) => text));
    expect(texts.size).toBe(2);
    expect(stage.posts).toHaveLength(20);
  });
});

describe("a count of viewers", () => {
  it("spreads the channel over more shards once its youngest is full, and counts everybody before and after", async () => {
    const stage = await audience(pageConnections);
    const { push } = stage.ports;
    expect(await push.count({ channel: watch, hint: 1 })).toEqual([pageConnections]);
    expect((await meta(stage)).shards).toBe(1);
    await stage.join(["one more"], 1);
    expect(await push.count({ channel: watch, hint: 1 })).toEqual([pageConnections + 1]);
    expect((await meta(stage)).shards).toBe(4);
    await stage.join(["later"], 4);
    const counts = await push.count({ channel: watch, hint: 4 });
    expect(counts).toHaveLength(4);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pageConnections + 2);
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
  await publish(stage.ports, watch, [put(0)]);
  for (const id of ["a", "b", "c", "d"]) await stage.client(id).follow(watch);
  order.length = 0;
  const pushed = publish(stage.ports, watch, [put(1)]);
  return { ...stage, clock, order, pushed };
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

  it("loses its subscription when it is gone", async () => {
    const { clock, order, pushed, ports } = await difficult({ a: ["gone"], b: ["too_large"] });
    await clock.advance(1);
    await pushed;
    await publish(ports, watch, [put(2)]);
    expect(order.slice(4).sort()).toEqual(["b", "c", "d"]);
  });

  it("is counted no longer once a page of a large audience finds it gone", async () => {
    const gone = new Set<string>();
    const stage = gatewayStage({ outcome: (id) => (gone.has(id) ? "gone" : "sent") });
    const viewers = async () => (await stage.ports.channels.read(watch, ["viewers"])).items[0]?.value;
    await stage.publish(watch, [put(0)]);
    for (const id of ["a", "b", "c"]) await stage.client(id).follow(watch);
    await stage.advance(5000);
    expect(await viewers()).toEqual({ count: 3 });
    await stage.ports.channels.spread(watch, 1, 4);
    gone.add("b");
    await stage.publish(watch, [put(1)]);
    await stage.pump();
    await stage.advance(5000);
    expect(await viewers()).toEqual({ count: 2 });
  });
});
