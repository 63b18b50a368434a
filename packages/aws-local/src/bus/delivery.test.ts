import { describe, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { busStage, entry, numbers, QUEUE } from "../testing/bus-stage.ts";

describe("a target that fails", () => {
  it("gets the event again, after longer and longer waits, until it accepts it", async () => {
    const clock = virtualClock();
    const at: number[] = [];
    const { bus, rule } = await busStage({
      clock,
      chaos: { random: () => 0.5 },
      take: async () => {
        at.push(clock.now());
        if (at.length < 4) throw new Error("not yet");
      },
    });
    await rule();
    await bus.putEvents([entry(1)]);
    await clock.advance(10_000);
    await bus.idle();
    expect(at.map((time) => time - at[0]!)).toEqual([0, 150, 450, 1_050]);
    expect(bus.deadLetters()).toEqual([]);
  });

  it("loses the event to the dead-letter queue after the retries of its policy", async () => {
    const { bus, clock, taken, rule } = await busStage({
      take: () => Promise.reject(new TypeError("broken")),
    });
    await rule({ RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: QUEUE } });
    await bus.putEvents([entry(1)]);
    await clock.advance(60_000);
    await bus.idle();
    expect(taken).toHaveLength(3);
    const letters = bus.deadLetters(QUEUE);
    expect(letters).toHaveLength(1);
    expect(JSON.parse(letters[0]!.body)).toEqual(taken[0]);
    expect(letters[0]!.attributes).toEqual({
      RULE_ARN: "arn:aws:events:us-east-1:000000000000:rule/app",
      TARGET_ARN: "arn:fn",
      ERROR_CODE: "ERROR_FROM_TARGET",
      ERROR_MESSAGE: "TypeError: broken",
      RETRY_ATTEMPTS: "2",
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
    });
    expect(bus.deadLetters("arn:other")).toEqual([]);
  });

  it("is given up when the event is too old", async () => {
    const { bus, clock, rule } = await busStage({ take: () => Promise.reject(new Error("broken")) });
    await rule({ RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: QUEUE } });
    await bus.putEvents([entry(1)]);
    await clock.advance(61_000);
    await bus.idle();
    expect(bus.deadLetters()[0]!.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
    });
  });

  it("does not exist: there is no retry", async () => {
    const { bus, rule } = await busStage();
    await rule({ Arn: "arn:gone", DeadLetterConfig: { Arn: QUEUE } });
    await bus.putEvents([entry(1)]);
    await bus.idle();
    expect(bus.deadLetters()[0]!.attributes).toMatchObject({
      ERROR_CODE: "NO_RESOURCE",
      RETRY_ATTEMPTS: "0",
    });
  });

  it("gets nothing more after it was removed", async () => {
    const { bus, call, clock, taken, rule } = await busStage({
      take: () => Promise.reject(new Error("broken")),
    });
    await rule();
    await bus.putEvents([entry(1)]);
    await clock.advance(0);
    await call("RemoveTargets", { Rule: "app", Ids: ["t0"] });
    await clock.advance(60_000);
    await bus.idle();
    expect(taken).toHaveLength(1);
  });

  it("delays no other target, and at most 64 deliveries of its own", async () => {
    const started: number[] = [];
    const quick: object[] = [];
    const gate = deferred();
    const targets = {
      "arn:slow": async () => {
        started.push(started.length);
        await gate.promise;
      },
      "arn:quick": async (event: object) => void quick.push(event),
    };
    const { bus, clock, rule } = await busStage({ targets });
    await rule({ Arn: "arn:slow" }, { Arn: "arn:quick" });
    for (let call = 0; call < 10; call++) await bus.putEvents(Array.from({ length: 10 }, (_, n) => entry(n)));
    await clock.advance(0);
    expect(started).toHaveLength(64);
    expect(quick).toHaveLength(100);
    gate.resolve();
    await bus.idle();
    expect(started).toHaveLength(100);
  });
});

describe("chaos on request", () => {
  it("shuffles and duplicates deliveries, and loses none", async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const { bus, clock, taken, rule } = await busStage({
      chaos: { shuffle: 100, duplicate: 0.3, random },
    });
    await rule();
    for (let n = 0; n < 50; n++) await bus.putEvents([entry(n)]);
    await clock.advance(100);
    await bus.idle();
    const got = numbers(taken);
    expect(got.length).toBeGreaterThan(50);
    expect(got).not.toEqual([...got].sort((a, b) => a - b));
    expect(new Set(got).size).toBe(50);
  });
});

it("passes on the id of an event, so that a second delivery can be recognized", async () => {
  const ids: string[] = [];
  const { bus, rule } = await busStage({
    chaos: { duplicate: 1, random: () => 0 },
    targets: { "arn:fn": async (_, id) => void ids.push(id) },
  });
  await rule({ Input: '{"only":"this"}' });
  const { Entries } = await bus.putEvents([entry(1)]);
  await bus.idle();
  const { EventId: id } = Entries[0] as { EventId: string };
  expect(ids).toEqual([id, id]);
});
