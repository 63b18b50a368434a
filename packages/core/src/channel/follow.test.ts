import {
  type Channel,
  hours,
  jsonBytes,
  limits,
  minutes,
  type Position,
  type Subscribed,
  seconds,
} from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemsOf, metaOf, publishOn, stepKey, stepsIn } from "../testing/heads.ts";
import { ana, memoryStage, viewer } from "../testing/memory-stage.ts";
import { runs } from "../testing/runs.ts";
import { propose, version } from "./change.ts";
import { isUseless } from "./follow.ts";

const watch = "watch:video/v_1";
const put = (key: string, value: unknown, n = 1) => propose(stepKey(key), value, version(n), n);

const connected = { connectionId: "c", caller: ana };

/** The answer to one subscription. */
async function subscribe(
  stage: ReturnType<typeof memoryStage>,
  after?: Position,
): Promise<Subscribed | undefined> {
  const wanted = { sub: 1, ...(after ? { after } : {}) };
  return (await stage.app.channels.subscribe(connected, new Map([[watch, wanted]]))).get(watch);
}

it("greets a connection with whose it is and what it may follow", async () => {
  const stage = memoryStage();
  const caller = { ...ana, roles: ["role/editors"] as const };
  expect(await stage.app.channels.hello({ connectionId: "c", caller }, new Map())).toMatchObject({
    user: { id: "ana", name: "Ana", roles: ["role/editors"] },
    inboxes: ["inbox:user/ana", "inbox:role/editors"],
    serverTime: stage.now(),
  });
});

describe("following a channel", () => {
  it("needs a capability, ownership, or an own inbox", async () => {
    const stage = memoryStage();
    const guest = stage.client("c1", viewer);
    expect(await guest.follow("work:video/v_1")).toBe("forbidden");
    expect(await guest.follow("inbox:user/ana")).toBe("forbidden");
    expect(await guest.follow("inbox:user/vic")).toBeUndefined();
    expect(await guest.follow(watch)).toBeUndefined();
    await stage.report({ step: "probe", state: "started", owners: ["user/vic"] });
    expect(await guest.follow("work:video/v_1")).toBeUndefined();
  });

  it("reads a head again only where its members decide", async () => {
    let reads = 0;
    const stage = memoryStage(({ heads }) => ({
      heads: {
        ...heads,
        read(names) {
          reads++;
          return heads.read(names);
        },
      },
    }));
    const guest = stage.client("c1", viewer);
    expect([await guest.follow("inbox:user/ana"), reads]).toEqual(["forbidden", 1]);
    expect([await guest.follow("work:video/v_1"), reads]).toEqual(["forbidden", 3]);
  });

  it("uses the transport's number of the channel, and has its viewers counted accordingly", async () => {
    const seen: unknown[] = [];
    const stage = memoryStage(({ push, audiences, clock }) => ({
      push: {
        ...push,
        async follow(to, following) {
          seen.push(["follow", to]);
          return push.follow(to, following);
        },
        async unfollow(to, following) {
          seen.push(["unfollow", to]);
          return push.unfollow(to, following);
        },
      },
      audiences: {
        ...audiences,
        async mark(_, at) {
          seen.push(at - clock.now());
          return at;
        },
      },
    }));
    await publishOn(stage.ports, watch, [put("a", 1)]);
    await stage.ports.heads.spread(watch, 1, 10);
    seen.length = 0;
    await subscribe(stage);
    stage.pass(minutes(1));
    await stage.app.channels.unsubscribe(connected, new Map([[watch, 2]]));
    const to = { channel: watch, hint: 10 };
    expect(seen).toEqual([["follow", to], seconds(10), ["unfollow", to], seconds(10)]);
  });

  it("ends with the token, or after the two hours that API Gateway gives a connection", async () => {
    const stage = memoryStage();
    const endsIn = async (lifeMs: number) => {
      const caller = { ...ana, expiresAt: stage.now() + lifeMs };
      const { expiresAt } = await stage.app.channels.hello({ connectionId: "c", caller }, new Map());
      return expiresAt - stage.now();
    };
    expect(await endsIn(minutes(10))).toBe(minutes(10));
    expect(await endsIn(hours(9))).toBe(hours(2));
  });

  it("lets those who were asked see the question they were asked", async () => {
    const stage = memoryStage();
    const id = await stage.ask({ assignees: ["user/vic"] });
    const guest = stage.client("c1", viewer);
    expect(await guest.follow("work:video/v_1")).toBeUndefined();
    expect(guest.values("work:video/v_1")).toMatchObject({ [`request/${id}`]: { state: "open" } });
  });

  it("may start before anything is published, and misses nothing", async () => {
    const stage = memoryStage();
    const client = stage.client("c1");
    await client.follow(watch);
    await publishOn(stage.ports, watch, [put("a", 1)]);
    expect(stepsIn(client.values(watch))).toEqual({ a: 1 });
    expect(client.gaps.size).toBe(0);
  });

  it("starts again if the client knows a channel to which nothing is published now", async () => {
    const stage = memoryStage();
    await publishOn(stage.ports, "work:video/v_1", [propose("private/a", 1, version(1), 1)]);
    const unborn = { sub: 1, epoch: "unborn", offset: 0, items: [] };
    expect(await subscribe(stage)).toEqual(unborn);
    expect(await subscribe(stage, { epoch: "unborn", offset: 0 })).toEqual(unborn);
    expect(await subscribe(stage, { epoch: "e", offset: 3 })).toEqual({ ...unborn, reset: true });
  });

  it("shows a client without a position what exists, not what was removed", async () => {
    const stage = memoryStage();
    await publishOn(stage.ports, watch, [put("a", 1), put("b", 1)]);
    await publishOn(stage.ports, watch, [put("b", null, 2)]);
    const { epoch } = (await metaOf(stage.ports, watch))!;
    const items = [expect.objectContaining({ key: stepKey("a"), value: 1 })];
    expect(await subscribe(stage)).toEqual({ sub: 1, epoch, offset: 3, items });
  });

  it("misses no change, even one between its calls", async () => {
    for (let nth = 0; nth < 8; nth++) {
      let left = -1;
      const stage = memoryStage((ports) => {
        const interrupted = <P extends object>(port: P): P =>
          new Proxy(port, {
            get: (target, name) => {
              const call = target[name as keyof P] as (...args: unknown[]) => unknown;
              if (name === "spacingMs") return call;
              return async (...args: unknown[]) => {
                if (left-- === 0) await publishOn(ports, watch, [put("meanwhile", "final", 2)]);
                return call(...args);
              };
            },
          });
        return { heads: interrupted(ports.heads), push: interrupted(ports.push) };
      });
      await publishOn(stage.ports, watch, [put("before", 1)]);
      stage.pass(1000);
      const client = stage.client("c1");
      await client.follow(watch);
      await stage.app.connections.close("c1");
      left = nth;
      await client.follow(watch);
      if (left >= 0) await publishOn(stage.ports, watch, [put("meanwhile", "final", 2)]);
      expect([nth, stepsIn(client.values(watch))]).toEqual([nth, { before: 1, meanwhile: "final" }]);
      expect(client.gaps.size).toBe(0);
    }
  });

  it("returns only what changed since, and what was removed", async () => {
    const stage = memoryStage();
    const client = stage.client("c1");
    await publishOn(stage.ports, watch, [put("a", 1), put("b", 1)]);
    await client.follow(watch);
    stage.gone.add("c1");
    await publishOn(stage.ports, watch, [put("a", null, 2)]);
    await publishOn(stage.ports, watch, [put("c", 3)]);
    await client.follow(watch);
    expect(stepsIn(client.values(watch))).toEqual({ b: 1, c: 3 });
  });

  it("starts again from the beginning for a position of another epoch", async () => {
    const stage = memoryStage();
    await publishOn(stage.ports, watch, [put("a", 1)]);
    const meta = (await metaOf(stage.ports, watch))!;
    expect(await subscribe(stage, { epoch: "other", offset: 1 })).toMatchObject({ reset: true, offset: 1 });
    expect(await subscribe(stage, { epoch: meta.epoch, offset: 9 })).toMatchObject({ reset: true });
    expect(await subscribe(stage, { epoch: meta.epoch, offset: 1 })).toEqual({
      sub: 1,
      epoch: meta.epoch,
      offset: 1,
      items: [],
    });
  });

  it("is paged if it does not fit into one message", async () => {
    const stage = memoryStage();
    const text = "x".repeat(10_000);
    for (let n = 1; n <= 20; n++) await publishOn(stage.ports, watch, [put(`k${n}`, text)]);
    const first = await stage.app.channels.subscribe(connected, new Map([[watch, { sub: 1 }]]));
    expect(first.get(watch)).toMatchObject({ more: true });
    expect(JSON.stringify([...first]).length).toBeLessThan(limits.serverMessageBytes);
    const client = stage.client("c1");
    await client.follow(watch);
    expect(Object.keys(stepsIn(client.values(watch)))).toHaveLength(20);
  });

  it("takes pages up to the size of one message, for all its channels together", async () => {
    const stage = memoryStage();
    for (let at = 0; at < 450; at += 75)
      await publishOn(
        stage.ports,
        watch,
        Array.from({ length: 75 }, (_, n) => put(`k${at + n}`, "x".repeat(250))),
      );
    const { epoch } = (await metaOf(stage.ports, watch))!;
    const wanted = (after?: Position) =>
      new Map([
        [watch, { sub: 1 }],
        ["work:video/v_1", { sub: 2, ...(after ? { after } : {}) }],
      ] as const);
    const answer = await stage.app.channels.subscribe(connected, wanted());
    const first = answer.get(watch) as Extract<Subscribed, { items: unknown }>;
    const bytes = first.items.reduce((sum, item) => sum + jsonBytes(item) + 1, 0);
    const most = limits.serverMessageBytes - 8 * 1024;
    expect(bytes).toBeLessThanOrEqual(most);
    expect(bytes).toBeGreaterThan(most - 400);
    expect(first).toMatchObject({ offset: first.items.at(-1)!.offset, more: true, base: 450 });
    const empty = { sub: 2, epoch, items: [], more: true };
    expect(answer.get("work:video/v_1")).toEqual({ ...empty, offset: 0, base: 450 });
    const later = await stage.app.channels.subscribe(connected, wanted({ epoch, offset: 5 }));
    expect(later.get("work:video/v_1")).toStrictEqual({ ...empty, offset: 5 });
  });

  it("is paged although its first page is below the floor", async () => {
    const stage = memoryStage();
    const publishAll = (keys: readonly string[], value: unknown, n: number) =>
      publishOn(
        stage.ports,
        watch,
        keys.map((key) => put(key, value, n)),
      );
    const large = Array.from({ length: 15 }, (_, n) => `large${n}`);
    await publishAll(large, "x".repeat(14_000), 1);
    const small = Array.from({ length: 3 * limits.removedKeys }, (_, n) => `small${n}`);
    for (const [value, n] of [["x", 1] as const, [null, 2] as const])
      for (let at = 0; at < small.length; at += 75) await publishAll(small.slice(at, at + 75), value, n);
    await publishAll(["last"], "x", 1);
    const { floor } = (await metaOf(stage.ports, watch))!;
    expect(floor).toBeGreaterThan(large.length);
    const client = stage.client("c1");
    await client.follow(watch);
    expect(Object.keys(stepsIn(client.values(watch))).sort()).toEqual([...large, "last"].sort());
  });

  it("starts again from the beginning for a client that missed more removals than are remembered", async () => {
    const stage = memoryStage();
    const keys = Array.from({ length: 3 * limits.removedKeys }, (_, n) => `k${n}`);
    const client = stage.client("c1");
    for (let at = 0; at < keys.length; at += 75)
      await publishOn(
        stage.ports,
        watch,
        keys.slice(at, at + 75).map((key) => put(key, "x")),
      );
    await client.follow(watch);
    stage.gone.add("c1");
    for (let at = 0; at < keys.length; at += 75)
      await publishOn(
        stage.ports,
        watch,
        keys.slice(at, at + 75).map((key) => put(key, null, 2)),
      );
    await publishOn(stage.ports, watch, [put("last", "x")]);
    await client.follow(watch);
    expect(stepsIn(client.values(watch))).toEqual({ last: "x" });
    const meta = await metaOf(stage.ports, watch);
    expect(meta!.removed).toBeLessThanOrEqual(3 * limits.removedKeys);
    expect(meta!.floor).toBeGreaterThan(keys.length);
  });

  it("ends with an unsubscribe, even if the earlier subscribe is repeated", async () => {
    const stage = memoryStage();
    await stage.app.channels.subscribe(connected, new Map([[watch, { sub: 1 }]]));
    await stage.app.channels.unsubscribe(connected, new Map([[watch, 2]]));
    const late = await stage.app.channels.subscribe(connected, new Map([[watch, { sub: 1 }]]));
    expect(late.get(watch)).toEqual({ sub: 1, error: "stale" });
    await publishOn(stage.ports, watch, [put("a", 1)]);
    expect(stage.deliveries).toEqual([]);
  });

  it("ends for a connection that is gone, and for an expired token", async () => {
    const stage = memoryStage();
    await stage.client("gone").follow(watch);
    stage.gone.add("gone");
    await publishOn(stage.ports, watch, [put("a", 1)]);
    stage.gone.clear();
    await stage.client("late", { ...viewer, expiresAt: stage.now() + 1000 }).follow(watch);
    await stage.advance(5000);
    await publishOn(stage.ports, watch, [put("a", 2, 2)]);
    expect(stage.deliveries).toEqual([]);
  });
});

it("a position can be used from the floor on, or from there where reading the first pages began", () => {
  const meta = { epoch: "e", head: 9, floor: 5 };
  expect(isUseless({ epoch: "e", offset: 5 }, meta)).toBe(false);
  expect(isUseless({ epoch: "e", offset: 4 }, meta)).toBe(true);
  expect(isUseless({ epoch: "e", offset: 1, base: 5 }, meta)).toBe(false);
  expect(isUseless({ epoch: "e", offset: 9 }, meta)).toBe(false);
  expect(isUseless({ epoch: "e", offset: 10 }, meta)).toBe(true);
});

describe("resolve", () => {
  it("signs the object of an item, for callers who may follow its channel", async () => {
    const stage = memoryStage();
    const object = { key: "avatars/a.png", mediaType: "image/png" };
    await publishOn(stage.ports, watch, [propose("avatar", { object }, version(1), 1)]);
    const ask = (channel: Channel, key: string) =>
      stage.app.channels.resolve({ connectionId: "c", caller: viewer }, channel, key);
    expect(await ask(watch, "avatar")).toMatchObject({ url: expect.stringContaining("avatars/a.png") });
    expect(await ask(watch, "title")).toEqual({ outcome: "not_found" });
    expect(await ask("work:video/v_1", "avatar")).toEqual({ outcome: "forbidden" });
  });
});

describe("a channel", () => {
  it("is limited in keys and bytes, and names the limit that was reached", async () => {
    const stage = memoryStage();
    const big = "x".repeat(15_000);
    let outcome = "";
    for (let n = 0; n < 30 && outcome !== "full"; n++)
      outcome = (await publishOn(stage.ports, watch, [put(`k${n}`, big)])).outcome;
    expect(outcome).toBe("full");
    expect((await metaOf(stage.ports, watch))!.bytes).toBeLessThanOrEqual(limits.channelBytes);
    expect(await publishOn(stage.ports, watch, [put("one", "x".repeat(17_000))])).toEqual({
      outcome: "full",
      limit: "valueBytes",
    });
  });

  it("gives concurrent writers offsets without a gap, and every follower the same map", async () => {
    const writes = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 9 })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(writes, fc.boolean(), async (keys, late) => {
        const stage = memoryStage();
        const client = stage.client("c1");
        if (!late) await client.follow(watch);
        await Promise.all(
          keys.map(([key, n]) => publishOn(stage.ports, watch, [put(key, n === 9 ? null : n, n)])),
        );
        if (late) await client.follow(watch);
        const values = stepsIn(client.values(watch));
        if (client.gaps.size > 0) await client.follow(watch);
        const stored = await itemsOf(stage.ports, watch);
        const live = stored.filter((item) => item.value !== null).map((item) => [item.key, item.value]);
        expect(client.gaps.size > 0 ? stepsIn(client.values(watch)) : values).toEqual(
          stepsIn(Object.fromEntries(live)),
        );
        expect(new Set(stored.map((item) => item.offset)).size).toBe(stored.length);
      }),
      { numRuns: runs(150) },
    );
  });
});
