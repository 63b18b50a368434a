import type { Delta } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Ports } from "../ports/index.ts";
import { publishOn, stepKey, stepsIn } from "../testing/heads.ts";
import { memoryPush } from "../testing/memory-push.ts";
import { memoryStage, viewer } from "../testing/memory-stage.ts";
import { timedClock } from "../testing/timed-clock.ts";
import { propose, version } from "./change.ts";
import { laterOnTimers } from "./later.ts";

const watch = "watch:video/v_1";
const put = (key: string, n: number) => propose(stepKey(key), n, version(n), n);

/** A channel that one connection follows, with its deliveries and their times. */
async function followed() {
  const clock = timedClock(Date.UTC(2026, 0, 1));
  const pushes: { at: number; delta: Delta }[] = [];
  const stage = memoryStage({
    clock,
    push: memoryPush({
      clock,
      async arrive(delivery) {
        stage.deliveries.push(delivery);
        pushes.push({ at: clock.now(), delta: delivery.delta });
        return "arrived";
      },
    }),
  });
  const client = stage.client("c1");
  await publishOn(stage.ports, watch, [put("first", 1)]);
  await client.follow(watch);
  await clock.advance(1000);
  return { ...stage, clock, client, pushes };
}

const final = (n: number) => propose("step/e/probe", { state: "failed", n }, version(n), n);

describe("changes that come close together", () => {
  it("are pushed four times a second, each push with everything since the last", async () => {
    const { ports, clock, client, pushes } = await followed();
    const start = clock.now();
    for (let n = 1; n <= 100; n++) {
      void publishOn(ports, watch, [put(`k${n % 7}`, n)]);
      await clock.advance(20);
    }
    await clock.advance(1000);
    for (let second = 0; second < 3; second++) {
      const within = pushes.filter(({ at }) => Math.floor((at - start) / 1000) === second);
      expect(within.length).toBeLessThanOrEqual(4);
    }
    const offsets = pushes.map(({ delta }) => [delta.from, delta.to]);
    expect(offsets.slice(1).map(([from]) => from)).toEqual(offsets.slice(0, -1).map(([, to]) => to));
    expect(stepsIn(client.values(watch))).toMatchObject({ k0: 98, k1: 99, k2: 100, k3: 94 });
    expect(client.gaps.size).toBe(0);
  });

  it("do not make processes wait that have not promised to push", async () => {
    const { ports, clock, pushes } = await followed();
    await publishOn(ports, watch, [put("a", 1)]);
    const holder = publishOn(ports, watch, [put("b", 1)]);
    await clock.advance(10);
    await publishOn(ports, watch, [put("c", 1)]);
    expect(pushes).toHaveLength(1);
    await clock.advance(250);
    await holder;
    expect(pushes.at(-1)?.delta.items.map(({ key }) => key.replace(/^step.e./, ""))).toEqual(["b", "c"]);
  });

  it("do not delay a final state, or the changes that already wait", async () => {
    const { ports, clock, pushes } = await followed();
    await publishOn(ports, watch, [put("a", 1)]);
    const holder = publishOn(ports, watch, [put("b", 1)]);
    await clock.advance(10);
    await publishOn(ports, watch, [final(1)]);
    expect(pushes.map(({ delta }) => delta.items.map(({ key }) => key.replace(/^step.e./, "")))).toEqual([
      ["a"],
      ["b", "probe"],
    ]);
    await clock.advance(250);
    await holder;
    expect(pushes).toHaveLength(2);
  });
});

describe("invocations that change both channels of a subject by turns", () => {
  it("wait for one push at a time, none of them for long", async () => {
    const { ports, clock, client } = await followed();
    await client.follow("work:video/v_1");
    const waits: { from: number; until: number }[] = [];
    for (let n = 1; n <= 100; n++) {
      const proposal =
        n % 2 ? propose("viewers", n, version(n), n) : propose("candidate/t/1/a", n, version(n), n);
      const from = clock.now();
      // Each runs in its own process.
      const invocation = publishOn({ ...ports, heads: { ...ports.heads } }, watch, [proposal]);
      void invocation.then(() => waits.push({ from, until: clock.now() }));
      await clock.advance(37);
    }
    for (let n = 0; n < 20; n++) await clock.advance(50);
    expect(waits).toHaveLength(100);
    for (const { from, until } of waits) {
      expect(until - from).toBeLessThanOrEqual(750);
      const others = waits.filter((one) => one.from <= from && one.until > from && one.until > one.from);
      expect(others.length).toBeLessThanOrEqual(1);
    }
    expect(client.values(watch)).toMatchObject({ viewers: 99 });
    expect(client.values("work:video/v_1")).toMatchObject({ "candidate/t/1/a": 100 });
    expect(client.gaps.size).toBe(0);
  });
});

describe("a process that lives on", () => {
  it("does not make the caller wait, and pushes what it promised although that fails at first", async () => {
    const { ports, clock, client } = await followed();
    let refused = 0;
    const push = {
      ...ports.push,
      deliver: async (...to: Parameters<typeof ports.push.deliver>) => {
        if (refused++ === 1) throw new Error("unreachable");
        return ports.push.deliver(...to);
      },
    };
    const living = { ...ports, push, later: laterOnTimers({ clock, log: ports.log }) };
    await publishOn(living, watch, [put("a", 1)]);
    await publishOn(living, watch, [put("b", 1)]);
    expect(stepsIn(client.values(watch))).toMatchObject({ a: 1 });
    await clock.advance(250);
    expect(stepsIn(client.values(watch))).not.toHaveProperty("b");
    await clock.advance(1000);
    expect(stepsIn(client.values(watch))).toMatchObject({ a: 1, b: 1 });
    expect(client.gaps.size).toBe(0);
  });
});

/** Ports of a process that dies before it keeps a promise. */
const dying = (ports: Ports): Ports => ({ ...ports, later: { run: async () => {} } });

describe("an invocation that dies before it pushes what it promised", () => {
  it("is repaired by the next change", async () => {
    const { ports, clock, client, pushes } = await followed();
    await publishOn(ports, watch, [put("a", 1)]);
    await publishOn(dying(ports), watch, [put("b", 1)]);
    await clock.advance(1000);
    await publishOn(ports, watch, [put("c", 1)]);
    expect(pushes).toHaveLength(1);
    await clock.advance(1000);
    await publishOn(ports, watch, [put("d", 1)]);
    expect(stepsIn(client.values(watch))).toMatchObject({ a: 1, b: 1, c: 1, d: 1 });
    expect(client.gaps.size).toBe(0);
  });

  it("is repaired by the heartbeat, if nothing changes any more", async () => {
    const { ports, clock, client, app } = await followed();
    await publishOn(ports, watch, [put("a", 1)]);
    await publishOn(dying(ports), watch, [put("b", 1)]);
    await clock.advance(5000);
    client.values(watch);
    const { epoch, offset } = client.map(watch)!;
    const connected = { connectionId: "c1", caller: viewer };
    const behind = await app.channels.behind(connected, new Map([[watch, { epoch: epoch!, offset }]]));
    expect(behind).toEqual([watch]);
    await client.follow(watch);
    expect(stepsIn(client.values(watch))).toMatchObject({ a: 1, b: 1 });
  });
});

describe("a repeated change", () => {
  it("changes nothing and is pushed again, for clients that missed it", async () => {
    const { ports, clock, client, pushes } = await followed();
    await publishOn(ports, watch, [put("a", 1)]);
    await clock.advance(1000);
    await publishOn(ports, watch, [put("a", 1)]);
    expect(pushes.map(({ delta }) => [delta.from, delta.to])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(stepsIn(client.values(watch))).toMatchObject({ a: 1 });
  });

  it("is pushed with the usual spacing", async () => {
    const { ports, clock, pushes } = await followed();
    for (let n = 0; n < 50; n++) {
      void publishOn(ports, watch, [put("a", 1)]);
      await clock.advance(20);
    }
    await clock.advance(1000);
    expect(pushes.length).toBeLessThanOrEqual(6);
  });
});
