import { afterEach, describe, expect, it, vi } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { createLambda } from "../lambda/lambda.ts";
import { type MemoryStore, memoryStore } from "../store/index.ts";
import { busStage, entry, numbers, QUEUE } from "../testing/bus-stage.ts";
import { settled, watchedStore } from "../testing/watched-store.ts";
import type { BusEvent, Chaos } from "./index.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
});

/** A bus whose targets `arn:fn` and `arn:other` are functions of Lambda, of which `fn` is registered unless told. */
async function stage(
  store: MemoryStore,
  { chaos, fn = async () => {} }: { chaos?: Chaos; fn?: ((event: BusEvent) => Promise<unknown>) | null } = {},
) {
  const clock = virtualClock();
  const taken: BusEvent[] = [];
  const others: BusEvent[] = [];
  const plain: BusEvent[] = [];
  const lambda = createLambda({ clock, store, retryDelaysMs: [10], log: () => {} });
  const register = (take: (event: BusEvent) => Promise<unknown>) =>
    lambda.register("fn", async (event: BusEvent) => {
      await take(event);
      taken.push(event);
    });
  if (fn) register(fn);
  lambda.register("other", async (event: BusEvent) => void others.push(event));
  const { bus, call, rule } = await busStage({
    clock,
    store,
    targets: {
      "arn:fn": lambda.targetOf("fn"),
      "arn:other": lambda.targetOf("other"),
      "arn:plain": async (event) => void plain.push(event as BusEvent),
    },
    ...(chaos ? { chaos } : {}),
  });
  ends.push(() => lambda.close());
  const idle = async () => {
    await bus.idle();
    await lambda.idle();
  };
  const resume = async () => {
    await lambda.resume();
    bus.resume();
    await clock.advance(0);
    await idle();
  };
  return { bus, call, rule, clock, lambda, register, taken, others, plain, idle, resume };
}

const undelivered = (store: MemoryStore) => [...store.list({ prefix: ["bus", "delivery"] })];
const invocations = (store: MemoryStore) => [...store.list({ prefix: ["lambda", "event"] })];

describe("a target that is a function of Lambda", () => {
  it("starts after the commit that accepts the event, of which the bus keeps nothing", async () => {
    const store = memoryStore();
    const started = deferred<number>();
    const opened = deferred();
    const fn = async () => {
      started.resolve(store.commits());
      await opened.promise;
    };
    const { bus, rule, idle, taken } = await stage(store, { fn });
    await rule();
    const before = store.commits();
    await bus.putEvents([entry(1)]);
    expect((await started.promise) - before).toBe(1);
    expect([undelivered(store).length, invocations(store).length]).toEqual([0, 1]);
    opened.resolve();
    await idle();
    expect(numbers(taken)).toEqual([1]);
    expect(invocations(await settled(store))).toEqual([]);
  });

  it("gets the same input as a target of another kind", async () => {
    const { bus, rule, idle, taken, plain } = await stage(memoryStore());
    await rule({}, { Arn: "arn:plain" });
    const Detail = ' {"n": 1, "n": 2,\n "text": "\\u00e9\\"", "__proto__": {"x": null}, "list": [ ]} ';
    await bus.putEvents([{ ...entry(1), Detail, Resources: ['arn:"x"'], Time: 1_767_225_600 }]);
    await idle();
    expect(taken).toHaveLength(1);
    expect(JSON.stringify(taken)).toBe(JSON.stringify(plain));
  });

  it("gets all entries of a call by one commit, each function its own, shaped as its target says", async () => {
    const store = memoryStore();
    const { bus, rule, idle, taken, others } = await stage(store);
    await rule({}, { Arn: "arn:other", InputPath: "$.detail" });
    const before = store.commits();
    const put = await bus.putEvents(Array.from({ length: 10 }, (_, n) => entry(n)));
    await idle();
    expect([put.FailedEntryCount, store.commits() - before]).toEqual([0, 1]);
    expect(numbers(taken)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(others).toContainEqual({ n: 7 });
    expect(others).toHaveLength(10);
  });

  it("gets the event later, once and by one commit, if Lambda refuses it at first", async () => {
    const store = memoryStore();
    const { bus, rule, clock, idle, register, taken } = await stage(store, { fn: null });
    await rule();
    await bus.putEvents([entry(1)]);
    await clock.advance(1_000);
    expect([undelivered(store).length, invocations(store).length]).toEqual([1, 0]);
    register(async () => {});
    await clock.advance(10_000);
    await idle();
    await clock.advance(60_000);
    expect(numbers(taken)).toEqual([1]);
    expect([undelivered(store).length, invocations(await settled(store)).length]).toEqual([0, 0]);
  });

  it("puts into the dead-letter queue what Lambda refuses permanently", async () => {
    const store = memoryStore();
    const { bus, rule, clock, idle } = await stage(store, { fn: null });
    await rule({ RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: QUEUE } });
    await bus.putEvents([entry(1)]);
    await clock.advance(60_000);
    await idle();
    expect(bus.deadLetters(QUEUE)).toMatchObject([
      {
        attributes: {
          ERROR_CODE: "ERROR_FROM_TARGET",
          ERROR_MESSAGE: expect.stringContaining("ResourceNotFoundException: Function not found"),
          RETRY_ATTEMPTS: "2",
          EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        },
      },
    ]);
    expect(undelivered(store)).toEqual([]);
  });

  it("gets events later while 10,000 of Lambda's events wait", async () => {
    const store = memoryStore();
    const opened = deferred();
    const { bus, rule, clock, lambda, idle, taken } = await stage(store, { fn: () => opened.promise });
    await rule();
    for (let n = 0; n < 9_999; n++) await lambda.invokeAsync("fn", { detail: { n } });
    expect(await bus.putEvents([entry(9_999), entry(10_000)])).toMatchObject({ FailedEntryCount: 0 });
    expect([undelivered(store).length, invocations(store).length]).toEqual([1, 10_000]);
    opened.resolve();
    await clock.advance(1_000);
    await idle();
    expect(new Set(numbers(taken)).size).toBe(10_001);
  });

  it("gets shuffled and doubled invocations on request, each on the disk before it waits", async () => {
    const store = memoryStore();
    const { bus, rule, clock, taken, idle } = await stage(store, {
      chaos: { shuffle: 100, duplicate: 1, random: () => 0.5 },
    });
    await rule();
    await bus.putEvents([entry(1)]);
    const left = store.fork();
    expect([taken.length, invocations(left).length]).toEqual([0, 2]);
    let isIdle = false;
    void bus.idle().then(() => {
      isIdle = true;
    });
    await clock.advance(49);
    expect(isIdle).toBe(false);
    await clock.advance(1);
    await idle();
    expect(numbers(taken)).toEqual([1, 1]);

    const next = await stage(left);
    await next.resume();
    expect(numbers(next.taken)).toEqual([1, 1]);
  });
});

describe("while the disk is full", () => {
  it("fails each entry with a matching rule, delivers none, and continues later", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const store = memoryStore();
    const { bus, call, rule, idle, taken, others } = await stage(store);
    await rule({}, { Arn: "arn:gone" });
    store.fail("no space left on device");
    expect(await bus.putEvents([entry(1), { ...entry(2), Source: "nobody's" }, {}])).toEqual({
      FailedEntryCount: 2,
      Entries: [
        { ErrorCode: "InternalFailure", ErrorMessage: "The event could not be kept." },
        { EventId: expect.any(String) },
        expect.objectContaining({ ErrorCode: "InvalidArgument" }),
      ],
    });
    store.fail(undefined);
    await call("RemoveTargets", { Rule: "app", Ids: ["t1"] });
    expect(await bus.putEvents([entry(3)])).toMatchObject({ FailedEntryCount: 0 });
    await idle();
    expect([numbers(taken), others]).toEqual([[3], []]);
  });

  it("keeps events that Lambda would accept now, and those that cannot be dead-lettered", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const store = memoryStore();
    const { bus, rule, clock, idle, register, taken } = await stage(store, { fn: null });
    await rule({}, { Arn: "arn:gone", DeadLetterConfig: { Arn: QUEUE } });
    const put = bus.putEvents([entry(1)]);
    await put.then(() => store.fail("no space left on device"));
    register(async () => {});
    await clock.advance(2_000);
    expect([undelivered(store).length, taken.length, bus.deadLetters().length]).toEqual([2, 0, 0]);
    store.fail(undefined);
    await clock.advance(60_000);
    await idle();
    expect([undelivered(store).length, numbers(taken), bus.deadLetters().length]).toEqual([0, [1], 1]);
  });
});

it("is killed after any commit, and each target gets each event that was accepted", async () => {
  const wanted = ["fn", "other", "plain"] as const;
  const promised: number[] = [];
  const kills: { left: MemoryStore; at: number; taken: ReadonlySet<string>; promised: readonly number[] }[] =
    [];
  const run = async (store: MemoryStore, taken: Set<string>, start?: number) => {
    const clock = virtualClock(start);
    const lambda = createLambda({ clock, store, retryDelaysMs: [10], log: () => {} });
    ends.push(() => lambda.close());
    /** Fails the first time it gets an event. */
    const take = (name: string) => async (event: object) => {
      const id = `${name} ${(event as BusEvent).detail.n}`;
      if (!taken.has(`tried ${id}`)) {
        taken.add(`tried ${id}`);
        throw new Error("once");
      }
      taken.add(id);
    };
    lambda.register("fn", take("fn"));
    const { bus, rule } = await busStage({
      clock,
      store,
      targets: {
        "arn:fn": lambda.targetOf("fn"),
        "arn:other": lambda.targetOf("other"),
        "arn:plain": take("plain"),
      },
    });
    const registerOther = () => lambda.register("other", take("other"));
    const resume = async () => {
      await lambda.resume();
      bus.resume();
      await clock.advance(60_000);
    };
    return { bus, rule, clock, registerOther, resume };
  };

  const taken = new Set<string>();
  const store = watchedStore((left) => {
    // Whatever was acknowledged before this commit depended on the one before.
    const last = kills.at(-1);
    if (last) last.promised = [...promised];
    kills.push({ left, at: clock.now(), taken: new Set(taken), promised: [...promised] });
  });
  const { bus, rule, clock, registerOther } = await run(store, taken);
  await rule({}, { Arn: "arn:other" }, { Arn: "arn:plain" });
  for (let n = 0; n < 6; n++) {
    await bus.putEvents([entry(n), entry(n + 100)]);
    promised.push(n, n + 100);
    await clock.advance(5);
  }
  // Until now Lambda refused its events.
  registerOther();
  await clock.advance(60_000);
  await bus.putEvents([entry(999)]);
  expect(kills.length).toBeGreaterThan(12);
  expect(kills.at(-2)?.promised).toHaveLength(12);

  for (const kill of kills) {
    const after = new Set(kill.taken);
    const next = await run(kill.left, after, kill.at);
    next.registerOther();
    await next.resume();
    const missing = kill.promised
      .flatMap((n) => wanted.map((name) => `${name} ${n}`))
      .filter((id) => !after.has(id));
    expect(missing).toEqual([]);
    const left = await settled(kill.left);
    expect([undelivered(left).length, invocations(left).length]).toEqual([0, 0]);
  }
});
