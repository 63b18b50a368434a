import { describe, expect, it } from "vitest";
import { memoryStore } from "../store/index.ts";
import { busStage, entry, numbers, QUEUE } from "../testing/bus-stage.ts";
import { settled } from "../testing/watched-store.ts";

describe("after its process was killed", () => {
  it("delivers undelivered events again, by the same rules", async () => {
    const store = memoryStore();
    const first = await busStage({ store, take: () => new Promise(() => {}) });
    await first.rule();
    await first.bus.putEvents([entry(1), entry(2)]);

    const second = await busStage({ store: await settled(store) });
    expect(second.taken).toEqual([]);
    second.bus.resume();
    await second.bus.idle();
    expect(numbers(second.taken).sort()).toEqual([1, 2]);
    expect(second.taken).toEqual(expect.arrayContaining(first.taken));
  });

  it("does not repeat events that were delivered before the bus was closed", async () => {
    const store = memoryStore();
    const first = await busStage({ store });
    await first.rule();
    await first.bus.putEvents([entry(1)]);
    await first.bus.idle();
    await first.bus.close();

    const second = await busStage({ store: await settled(store) });
    second.bus.resume();
    await second.bus.idle();
    expect(second.taken).toEqual([]);
  });

  it("keeps its buses, rules and dead letters", async () => {
    const store = memoryStore();
    const first = await busStage({ store });
    await first.call("CreateEventBus", { Name: "orders" });
    await first.rule({ Arn: "arn:gone", DeadLetterConfig: { Arn: QUEUE } });
    await first.bus.putEvents([entry(1)]);
    await first.bus.idle();

    const second = await busStage({ store: await settled(store) });
    expect(second.bus.deadLetters()).toEqual(first.bus.deadLetters());
    expect(await second.call("ListEventBuses", {})).toEqual(await first.call("ListEventBuses", {}));
    expect(await second.call("ListTargetsByRule", { Rule: "app" })).toMatchObject({
      Targets: [{ Id: "t0" }],
    });
  });

  it("writes nothing when its rules are put again unchanged, and writes what has changed", async () => {
    const store = memoryStore();
    await (await busStage({ store })).rule();
    const left = store.fork();
    const second = await busStage({ store: left });
    const kept = () => [...left.list({ prefix: ["bus"] })];
    const before = kept();
    await second.rule();
    expect(kept()).toEqual(before);
    await second.rule({ Arn: "arn:other" });
    expect(JSON.stringify(kept())).toContain("arn:other");
  });
});

it("applies changes of a rule in order, and none that the disk has no space for", async () => {
  const store = memoryStore();
  const { call } = await busStage({ store });
  await call("PutRule", { Name: "app", EventPattern: '{"source":["app"]}' });
  const targets = ["a", "b", "c", "d", "e", "f"].map((Id) => [{ Id, Arn: "arn:fn" }]);
  const put = await Promise.allSettled(
    targets.map((Targets) => call("PutTargets", { Rule: "app", Targets })),
  );
  expect(put.map(({ status }) => status)).toEqual([...Array(5).fill("fulfilled"), "rejected"]);
  expect(put[5]).toMatchObject({ reason: { code: "LimitExceededException" } });

  store.fail("no space left on device");
  const refused = call("RemoveTargets", { Rule: "app", Ids: ["a", "b"] });
  await expect(refused).rejects.toThrow("no space left on device");
  const ids = async () =>
    ((await call("ListTargetsByRule", { Rule: "app" })).Targets as { Id: string }[]).length;
  expect(await ids()).toBe(5);
  store.fail(undefined);
  await call("RemoveTargets", { Rule: "app", Ids: ["a", "b"] });
  expect(await ids()).toBe(3);
});
