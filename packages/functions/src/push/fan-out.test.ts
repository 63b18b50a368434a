import { runs } from "@callboard/core/testing/runs.ts";
import { timedClock } from "@callboard/core/testing/timed-clock.ts";
import type { Channel, Delta, OutEvent } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PAGE_CONNECTIONS, shardOf } from "./shards.ts";
import { fanOutWorld } from "./testing/fan-out-world.ts";
import { deliveryOf, gatewayStage } from "./testing/gateway-stage.ts";

type Step =
  | { does: "push" | "grow" | "join" }
  | { does: "calls"; nths: number[] }
  | { does: "invoke" | "double" | "kill" | "killAfter"; nth: number }
  | { does: "pass"; ms: number };

const nth = fc.nat(12);
const usually: fc.Arbitrary<Step>[] = [
  fc.record({ does: fc.constant("push" as const) }),
  fc.record({ does: fc.constant("calls" as const), nths: fc.array(nth, { minLength: 1, maxLength: 25 }) }),
  fc.record({ does: fc.constant("calls" as const), nths: fc.array(nth, { minLength: 1, maxLength: 25 }) }),
  fc.record({ does: fc.constant("invoke" as const), nth }),
  fc.record({ does: fc.constant("invoke" as const), nth }),
  fc.record({ does: fc.constant("join" as const) }),
  fc.record({ does: fc.constant("pass" as const), ms: fc.constantFrom(1, 100) }),
];
const sometimes: fc.Arbitrary<Step>[] = [
  fc.record({ does: fc.constant("pass" as const), ms: fc.constantFrom(1000, 13_000, 70_000) }),
  fc.record({ does: fc.constantFrom("double" as const, "kill" as const, "killAfter" as const), nth }),
  fc.record({ does: fc.constantFrom("grow" as const, "double" as const), nth }) as fc.Arbitrary<Step>,
];
const stepsOf = (...of: fc.Arbitrary<Step>[]) =>
  fc.array(fc.oneof(...of), { minLength: 20, maxLength: 90, size: "max" });

/** Two sweeps, or one of small pages. */
const circumstances = fc.record({
  shards: fc.constant(4),
  postsPerSecond: fc.constantFrom(3000, 1, 0.5),
  retryMs: fc.constantFrom(0, 60_000),
});

async function play(steps: readonly Step[], ...given: Parameters<typeof fanOutWorld>) {
  const world = fanOutWorld(...given);
  for (let n = 0; n < 9; n++) await world.join(`c${n}`, true);
  let joined = 0;
  for (const one of steps)
    switch (one.does) {
      case "push":
        await world.push();
        break;
      case "grow":
        world.grow();
        break;
      case "join":
        if (joined < 6) await world.join(`d${joined++}`);
        break;
      case "calls":
        for (const n of one.nths) await world.step(n);
        break;
      case "invoke":
      case "double":
        await world.invoke(one.nth, one.does === "double");
        break;
      case "kill":
      case "killAfter":
        await world.kill(one.nth, one.does === "killAfter");
        break;
      case "pass":
        await world.pass(one.ms);
    }
  await world.calm();
  return world;
}

const behind = ({ clients, head }: ReturnType<typeof fanOutWorld>) =>
  [...clients].filter(([, client]) => client.offset() !== head()).map(([name]) => name);

describe("pushes to a large audience", () => {
  it("reach everybody without a gap, in at most one post each, whatever interleaves", async () => {
    await fc.assert(
      fc.asyncProperty(stepsOf(...usually), circumstances, async (steps, given) => {
        const world = await play(steps, given);
        expect([world.problems, behind(world)]).toEqual([[], []]);
        for (const [name, client] of world.clients)
          expect(client.posts(), name).toBeLessThanOrEqual(world.pushes());
      }),
      { numRuns: runs(150), endOnFailure: true },
    );
  }, 60_000);

  it("reach everybody without a gap, whatever comes twice, grows or dies at any call", async () => {
    await fc.assert(
      fc.asyncProperty(stepsOf(...usually, ...sometimes), circumstances, async (steps, given) => {
        const world = await play(steps, given);
        expect(world.problems).toEqual([]);
        if (world.lost() > 0) {
          // The next push finds what was left.
          await world.pass(20_000);
          await world.push();
          await world.calm();
        }
        expect([world.problems, behind(world)]).toEqual([[], []]);
      }),
      { numRuns: runs(250), endOnFailure: true },
    );
  }, 60_000);
});

const watch: Channel = "watch:video/v_1";
const deltaOf = (from: number): Delta => ({ epoch: "e1", from, to: from + 1, items: [] });

/** So many connections in each of the channel's shards, and time that passes when it is let. */
async function crowd({
  shards,
  each,
  ...options
}: {
  shards: number;
  each: number;
  postsPerSecond?: number;
}) {
  const clock = timedClock(Date.UTC(2026, 0, 1));
  const stage = gatewayStage({ clock, ...options });
  await stage.heads.spread(watch, 1, shards);
  const left = Array<number>(shards).fill(each);
  for (let n = 0; left.some((more) => more > 0); n++) {
    const connectionId = `c${n}`;
    const shard = shardOf(connectionId, shards);
    if (left[shard]!-- <= 0) continue;
    const expiresAt = clock.now() + 7_200_000;
    await stage.subscriptions.put({ channel: watch, shard, connectionId, sub: 1, on: true, expiresAt });
  }
  const began = clock.now();
  const invocations: { event: OutEvent; began: number; ended?: number }[] = [];
  return {
    ...stage,
    clock,
    invocations,
    size: shards * each,
    deliver: (n: number) => stage.push.deliver([{ to: stage.to(watch), deltas: [deltaOf(n)] }]),
    /** Lets time pass, and invocations begin as soon as they are put on the bus. */
    async run(ms: number) {
      for (const end = clock.now() + ms; clock.now() < end; ) {
        for (let event = stage.queue.shift(); event; event = stage.queue.shift()) {
          const invocation: (typeof invocations)[number] = { event, began: clock.now() };
          invocations.push(invocation);
          void stage.fanOut(event).then(() => {
            invocation.ended = clock.now();
          });
        }
        await clock.advance(Math.min(100, end - clock.now()));
      }
    },
    /** Posts in each second since the beginning. */
    posted() {
      const seconds: number[] = [];
      for (const { at } of stage.posts) {
        const second = Math.floor((at - began) / 1000);
        seconds[second] = (seconds[second] ?? 0) + 1;
      }
      return seconds;
    },
  };
}

describe("a large audience", () => {
  it("is posted to no faster than is allowed, and in about the time of a round", async () => {
    const stage = await crowd({ shards: 4, each: 1500, postsPerSecond: 2000 });
    await stage.deliver(1);
    await stage.run(4000);
    expect(stage.posts).toHaveLength(stage.size);
    expect(Math.max(...stage.posted())).toBeLessThanOrEqual(2000 * 1.05);
  });

  it("is shared by sweeps that together post as fast as is allowed", async () => {
    const stage = await crowd({ shards: 4, each: 1500, postsPerSecond: 5000 });
    await stage.deliver(1);
    expect(stage.queue).toHaveLength(2);
    await stage.run(stage.push.spacingMs(4));
    expect(stage.posts).toHaveLength(stage.size);
    expect(Math.max(...stage.posted())).toBeLessThanOrEqual(5000 * 1.05);
  });

  it("is posted to by one invocation after the other, each of which ends in time", async () => {
    const stage = await crowd({ shards: 16, each: 60, postsPerSecond: 20 });
    await stage.deliver(1);
    await stage.run(60_000);
    expect(stage.posts).toHaveLength(stage.size);
    expect(stage.invocations.length).toBeGreaterThan(3);
    for (const { began, ended } of stage.invocations) expect(ended! - began).toBeLessThan(25_000);
    for (const [n, { began }] of stage.invocations.entries())
      if (n > 0) expect(began).toBeGreaterThanOrEqual(stage.invocations[n - 1]!.ended!);
  });

  it("gets new pushes together with earlier ones, in order, however often the channel is pushed", async () => {
    const stage = await crowd({ shards: 4, each: 500, postsPerSecond: 1000 });
    // Each shard takes half a second; a push comes every fifth of one.
    for (let n = 0; n < 50; n++) {
      await stage.deliver(n);
      await stage.run(200);
    }
    const counts = new Map<string, number>();
    for (const { connectionId } of stage.posts) counts.set(connectionId, (counts.get(connectionId) ?? 0) + 1);
    // In ten seconds everybody's turn came five times, and nobody's more often.
    expect(counts.size).toBe(stage.size);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(4);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(6);
    await stage.run(10_000);
    const offsets = new Map<string, number>();
    for (const post of stage.posts) {
      const { connectionId, delta } = deliveryOf(post);
      const offset = offsets.get(connectionId) ?? 0;
      expect(delta.from).toBeLessThanOrEqual(offset);
      offsets.set(connectionId, Math.max(offset, delta.to));
    }
    expect(new Set(offsets.values())).toEqual(new Set([50]));
  });

  it("is posted to once by an invocation that comes twice", async () => {
    const stage = await crowd({ shards: 4, each: 100, postsPerSecond: 1000 });
    await stage.deliver(1);
    stage.queue.push(...stage.queue);
    await stage.run(60_000);
    expect(stage.posts).toHaveLength(stage.size);
    expect(stage.invocations.map(({ ended }) => ended !== undefined)).toEqual([true, true]);
  });

  it("is left to its own recovery where posts take too long", async () => {
    const stage = await crowd({ shards: 4, each: PAGE_CONNECTIONS, postsPerSecond: 5000 });
    stage.sender.prepare = () => async () => {
      await stage.clock.wait(3000);
      return "failed" as const;
    };
    await stage.deliver(1);
    await stage.run(120_000);
    expect(stage.metrics.filter(({ name }) => name === "push_missed")).toHaveLength(4);
    for (const { began, ended } of stage.invocations) expect(ended! - began).toBeLessThan(30_000);
  });
});
