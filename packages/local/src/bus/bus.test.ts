import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type VirtualClock, virtualClock } from "../clock/clock.ts";
import { type Bus, type BusEvent, createBus } from "./index.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:dead";
const opened: Bus[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const bus of opened.splice(0)) await bus.close();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

/** A bus with one rule for the source `app` whose target `fn` records what it takes. */
async function stage(
  options: { directory?: string; clock?: VirtualClock; take?: () => Promise<void> } & Partial<
    Parameters<typeof createBus>[0]
  > = {},
) {
  const clock = options.clock ?? virtualClock();
  const taken: BusEvent[] = [];
  const targets = {
    "arn:fn": async (event: object) => {
      taken.push(event as BusEvent);
      await options.take?.();
    },
  };
  const bus = await createBus({ clock, directory: options.directory, targets, chaos: options.chaos });
  opened.push(bus);
  const call = async (name: string, input: object) =>
    (await bus.operations[name]!(input as never)) as Record<string, unknown>;
  return { bus, clock, taken, call };
}

async function withRule(call: (name: string, input: object) => Promise<unknown>, target: object = {}) {
  await call("PutRule", { Name: "app", EventPattern: '{"source":["app"]}' });
  await call("PutTargets", { Rule: "app", Targets: [{ Id: "t", Arn: "arn:fn", ...target }] });
}

const entry = (n: number) => ({ Source: "app", DetailType: "Numbered", Detail: JSON.stringify({ n }) });
const numbers = (taken: BusEvent[]) => taken.map(({ detail }) => detail.n);

async function temporary() {
  const directory = await mkdtemp(join(tmpdir(), "bus-"));
  directories.push(directory);
  return directory;
}

describe("putting events", () => {
  it("hands a matching event to the target in EventBridge's envelope", async () => {
    const { bus, call, taken } = await stage();
    await withRule(call);
    const result = await call("PutEvents", {
      Entries: [{ ...entry(1), Resources: ["arn:x"], Time: 1_767_225_600 }],
    });
    await bus.idle();
    expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: taken[0]!.id }] });
    expect(taken).toEqual([
      {
        version: "0",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        "detail-type": "Numbered",
        source: "app",
        account: "000000000000",
        time: "2026-01-01T00:00:00Z",
        region: "us-east-1",
        resources: ["arn:x"],
        detail: { n: 1 },
      },
    ]);
  });

  it("fails wrong entries alone, with the service's codes", async () => {
    const { bus, call, taken } = await stage();
    await withRule(call);
    const result = await call("PutEvents", {
      Entries: [
        entry(1),
        { ...entry(2), Source: undefined },
        { ...entry(3), Detail: "[]" },
        { ...entry(4), Source: "aws.states" },
        { ...entry(5), EventBusName: "nowhere" },
      ],
    });
    await bus.idle();
    expect(result).toEqual({
      FailedEntryCount: 3,
      Entries: [
        { EventId: expect.any(String) },
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
        },
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
        { EventId: expect.any(String) },
      ],
    });
    expect(numbers(taken)).toEqual([1]);
  });

  it("takes 1 to 10 entries of 1 MB in all", async () => {
    const { call } = await stage();
    const put = (entries: object[]) => call("PutEvents", { Entries: entries });
    await expect(put([])).rejects.toMatchObject({ code: "ValidationException" });
    await expect(put(Array.from({ length: 11 }, (_, n) => entry(n)))).rejects.toMatchObject({
      code: "ValidationException",
    });
    const large = { ...entry(1), Detail: JSON.stringify({ text: "x".repeat(600_000) }) };
    await expect(put([large])).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put([large, large])).rejects.toMatchObject({ code: "ValidationException" });
  });

  it("lets services of AWS put events of their own source", async () => {
    const { bus, call, taken } = await stage();
    await call("PutRule", { Name: "states", EventPattern: '{"source":["aws.states"]}' });
    await call("PutTargets", { Rule: "states", Targets: [{ Id: "t", Arn: "arn:fn" }] });
    await bus.putEvents([{ ...entry(1), Source: "aws.states" }]);
    await bus.idle();
    expect(numbers(taken)).toEqual([1]);
  });

  it("keeps buses apart, and names them by ARN too", async () => {
    const { bus, call, taken } = await stage();
    const { EventBusArn } = await call("CreateEventBus", { Name: "callboard" });
    await withRule(call);
    await call("PutRule", { Name: "all", EventPattern: '{"source":["app"]}', EventBusName: "callboard" });
    const shaped = { Id: "t", Arn: "arn:fn", InputPath: "$.detail" };
    await call("PutTargets", { Rule: "all", EventBusName: EventBusArn, Targets: [shaped] });
    await bus.putEvents([{ ...entry(1), EventBusName: EventBusArn as string }]);
    await bus.idle();
    expect(taken).toEqual([{ n: 1 }]);
  });

  it("delivers to nobody while the rule is disabled", async () => {
    const { bus, call, taken } = await stage();
    await withRule(call);
    await call("DisableRule", { Name: "app" });
    await bus.putEvents([entry(1)]);
    await call("EnableRule", { Name: "app" });
    await bus.putEvents([entry(2)]);
    await bus.idle();
    expect(numbers(taken)).toEqual([2]);
  });
});

describe("a target that fails", () => {
  it("gets the event again, later and later, until it takes it", async () => {
    const clock = virtualClock();
    const at: number[] = [];
    const { bus, call } = await stage({
      clock,
      chaos: { random: () => 0.5 },
      take: async () => {
        at.push(clock.now());
        if (at.length < 4) throw new Error("not yet");
      },
    });
    await withRule(call);
    await bus.putEvents([entry(1)]);
    await clock.advance(10_000);
    await bus.idle();
    expect(at.map((time) => time - at[0]!)).toEqual([0, 150, 450, 1_050]);
    expect(bus.deadLetters()).toEqual([]);
  });

  it("loses the event to the dead-letter queue after the retries of its policy", async () => {
    const { bus, call, clock, taken } = await stage({ take: () => Promise.reject(new TypeError("broken")) });
    await withRule(call, { RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: QUEUE } });
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
    const { bus, call, clock } = await stage({ take: () => Promise.reject(new Error("broken")) });
    await withRule(call, { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: QUEUE } });
    await bus.putEvents([entry(1)]);
    await clock.advance(61_000);
    await bus.idle();
    expect(bus.deadLetters()[0]!.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
    });
  });

  it("does not exist: no retry helps", async () => {
    const { bus, call } = await stage();
    await withRule(call, { Arn: "arn:gone", DeadLetterConfig: { Arn: QUEUE } });
    await bus.putEvents([entry(1)]);
    await bus.idle();
    expect(bus.deadLetters()[0]!.attributes).toMatchObject({
      ERROR_CODE: "NO_RESOURCE",
      RETRY_ATTEMPTS: "0",
    });
  });

  it("is owed nothing once it was removed", async () => {
    const { bus, call, clock, taken } = await stage({ take: () => Promise.reject(new Error("broken")) });
    await withRule(call);
    await bus.putEvents([entry(1)]);
    await clock.advance(0);
    await call("RemoveTargets", { Rule: "app", Ids: ["t"] });
    await clock.advance(60_000);
    await bus.idle();
    expect(taken).toHaveLength(1);
  });

  it("holds up neither other targets nor more than 64 deliveries of its own", async () => {
    const started: number[] = [];
    const quick: object[] = [];
    let release = () => {};
    const gate = new Promise<void>((open) => {
      release = open;
    });
    const targets = {
      "arn:slow": async () => {
        started.push(started.length);
        await gate;
      },
      "arn:quick": async (event: object) => void quick.push(event),
    };
    const clock = virtualClock();
    const bus = await createBus({ clock, directory: undefined, targets });
    opened.push(bus);
    await bus.operations.PutRule!({ Name: "r", EventPattern: '{"source":["app"]}' } as never);
    const Targets = Object.keys(targets).map((Arn, at) => ({ Id: `t${at}`, Arn }));
    await bus.operations.PutTargets!({ Rule: "r", Targets } as never);
    for (let call = 0; call < 10; call++) await bus.putEvents(Array.from({ length: 10 }, (_, n) => entry(n)));
    await clock.advance(0);
    expect(started).toHaveLength(64);
    expect(quick).toHaveLength(100);
    release();
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
    const { bus, call, clock, taken } = await stage({ chaos: { shuffle: 100, duplicate: 0.3, random } });
    await withRule(call);
    for (let n = 0; n < 50; n++) await bus.putEvents([entry(n)]);
    await clock.advance(100);
    await bus.idle();
    const got = numbers(taken) as number[];
    expect(got.length).toBeGreaterThan(50);
    expect(got).not.toEqual([...got].sort((a, b) => a - b));
    expect(new Set(got).size).toBe(50);
  });
});

describe("after its process was killed", () => {
  it("delivers again what no target had taken, by the rules it had", async () => {
    const directory = await temporary();
    const first = await stage({ directory, take: () => new Promise(() => {}) });
    await withRule(first.call);
    await first.bus.putEvents([entry(1), entry(2)]);

    const second = await stage({ directory });
    expect(second.taken).toEqual([]);
    second.bus.resume();
    await second.bus.idle();
    expect((numbers(second.taken) as number[]).sort()).toEqual([1, 2]);
    expect(second.taken).toEqual(expect.arrayContaining(first.taken));
  });

  it("repeats nothing that was taken before the bus was closed", async () => {
    const directory = await temporary();
    const first = await stage({ directory });
    await withRule(first.call);
    await first.bus.putEvents([entry(1)]);
    await first.bus.idle();
    await first.bus.close();
    opened.pop();

    const second = await stage({ directory });
    second.bus.resume();
    await second.bus.idle();
    expect(second.taken).toEqual([]);
  });

  it("still has its buses, rules and dead letters", async () => {
    const directory = await temporary();
    const first = await stage({ directory });
    await first.call("CreateEventBus", { Name: "callboard" });
    await withRule(first.call, { Arn: "arn:gone", DeadLetterConfig: { Arn: QUEUE } });
    await first.bus.putEvents([entry(1)]);
    await first.bus.idle();

    const second = await stage({ directory });
    expect(second.bus.deadLetters()).toEqual(first.bus.deadLetters());
    expect(await second.call("ListEventBuses", {})).toEqual(await first.call("ListEventBuses", {}));
    expect(await second.call("ListTargetsByRule", { Rule: "app" })).toMatchObject({ Targets: [{ Id: "t" }] });
  });
});
