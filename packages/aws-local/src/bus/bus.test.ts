import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { busStage, entry, numbers, QUEUE, temporaryDirectory } from "../testing/bus-stage.ts";

describe("after its process was killed", () => {
  it("delivers again what no target had taken, by the rules it had", async () => {
    const directory = await temporaryDirectory();
    const first = await busStage({ directory, take: () => new Promise(() => {}) });
    await first.rule();
    await first.bus.putEvents([entry(1), entry(2)]);

    const second = await busStage({ directory });
    expect(second.taken).toEqual([]);
    second.bus.resume();
    await second.bus.idle();
    expect(numbers(second.taken).sort()).toEqual([1, 2]);
    expect(second.taken).toEqual(expect.arrayContaining(first.taken));
  });

  it("repeats nothing that was taken before the bus was closed", async () => {
    const directory = await temporaryDirectory();
    const first = await busStage({ directory });
    await first.rule();
    await first.bus.putEvents([entry(1)]);
    await first.bus.idle();
    await first.bus.close();

    const second = await busStage({ directory });
    second.bus.resume();
    await second.bus.idle();
    expect(second.taken).toEqual([]);
  });

  it("still has its buses, rules and dead letters", async () => {
    const directory = await temporaryDirectory();
    const first = await busStage({ directory });
    await first.call("CreateEventBus", { Name: "orders" });
    await first.rule({ Arn: "arn:gone", DeadLetterConfig: { Arn: QUEUE } });
    await first.bus.putEvents([entry(1)]);
    await first.bus.idle();

    const second = await busStage({ directory });
    expect(second.bus.deadLetters()).toEqual(first.bus.deadLetters());
    expect(await second.call("ListEventBuses", {})).toEqual(await first.call("ListEventBuses", {}));
    expect(await second.call("ListTargetsByRule", { Rule: "app" })).toMatchObject({
      Targets: [{ Id: "t0" }],
    });
  });

  it("writes nothing when its rules are put again as they stand, and what is put otherwise", async () => {
    const directory = await temporaryDirectory();
    await (await busStage({ directory })).rule();
    const second = await busStage({ directory });
    const kept = () => readFile(join(directory, "rules.jsonl"), "utf8");
    const before = await kept();
    await second.rule();
    expect(await kept()).toBe(before);
    await second.rule({ Arn: "arn:other" });
    expect((await kept()).slice(before.length)).toContain("arn:other");
  });
});
