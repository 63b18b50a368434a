import { afterEach, describe, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { type MemoryStore, memoryStore } from "../store/index.ts";
import { settled, watchedStore } from "../testing/watched-store.ts";
import { createLambda, type LambdaOptions } from "./lambda.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function stage(store: MemoryStore, options: Partial<LambdaOptions> = {}) {
  const clock = virtualClock();
  const lambda = createLambda({ clock, store, log: () => {}, ...options });
  ends.push(() => lambda.close());
  return { clock, lambda };
}

const events = (store: MemoryStore) => [...store.list({ prefix: ["lambda", "event"] })];
const letters = (store: MemoryStore) => [...store.list({ prefix: ["lambda", "letter"] })];

describe("while the disk is full", () => {
  it("refuses events as Lambda does on a failure, reserves no place for them, and continues later", async () => {
    const store = memoryStore();
    const { lambda } = stage(store);
    const seen: unknown[] = [];
    lambda.register("f", async (event) => seen.push(event));
    const endpoint = await createEndpoint({ port: 0, services: [lambda] });
    ends.push(() => endpoint.close());
    store.fail("no space left on device");
    const response = await fetch(`${endpoint.url}/2015-03-31/functions/f/invocations`, {
      method: "POST",
      headers: { "x-amz-invocation-type": "Event" },
      body: "1",
    });
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([500, "ServiceException"]);
    const refused = await Promise.allSettled(
      Array.from({ length: 10_000 }, () => lambda.invokeAsync("f", 2)),
    );
    expect(refused.every(({ status }) => status === "rejected")).toBe(true);

    store.fail(undefined);
    await lambda.invokeAsync("f", 3);
    await lambda.idle();
    expect(seen).toEqual([3]);
  });

  it("runs earlier events, and writes their end when there is space", async () => {
    const store = memoryStore();
    const { lambda } = stage(store);
    const opened = deferred();
    lambda.register("f", () => opened.promise);
    await lambda.invokeAsync("f", 1);
    store.fail("no space left on device");
    opened.resolve();
    await lambda.idle();
    expect(events(store)).toHaveLength(1);
    store.fail(undefined);
    expect(events(await settled(store))).toEqual([]);
  });

  it("uses up no retries of an event while a function cannot write", async () => {
    const store = memoryStore();
    const { lambda, clock } = stage(store, { retryDelaysMs: [1_000] });
    let tried = 0;
    lambda.register("f", async () => {
      tried++;
      await store.write([[["dynamodb", "item"], tried]]);
    });
    await lambda.invokeAsync("f", 1);
    store.fail("no space left on device");
    await lambda.idle();
    for (let n = 0; n < 5; n++) {
      await clock.advance(1_000);
      await lambda.idle();
    }
    expect([tried, letters(store).length]).toEqual([6, 0]);
    store.fail(undefined);
    await clock.advance(1_000);
    await lambda.idle();
    expect([store.get(["dynamodb", "item"]), events(await settled(store)), letters(store)]).toEqual([
      7,
      [],
      [],
    ]);
  });

  it("attempts an event again while its dead letter cannot be stored", async () => {
    const store = memoryStore();
    const { lambda, clock } = stage(store, { retryDelaysMs: [] });
    let tried = 0;
    lambda.register("f", async () => {
      tried++;
      throw new Error("broken");
    });
    await lambda.invokeAsync("f", 1);
    store.fail("no space left on device");
    await lambda.idle();
    await clock.advance(1_000);
    await lambda.idle();
    expect([tried, events(store).length, letters(store).length]).toEqual([2, 1, 0]);
    store.fail(undefined);
    await clock.advance(1_000);
    await lambda.idle();
    await clock.advance(60_000);
    expect([tried, events(store).length, letters(store).length]).toEqual([3, 0, 1]);
    expect(await lambda.deadLetters()).toMatchObject([{ requestContext: { approximateInvokeCount: 1 } }]);
  });
});

it("is killed after any commit, and each event that was accepted is done or a dead letter", async () => {
  const promised = new Set<number>();
  const done = new Set<number>();
  const kills: { left: MemoryStore; done: ReadonlySet<number>; promised: ReadonlySet<number> }[] = [];
  const store = watchedStore((left) => {
    // Whatever was acknowledged before this commit depended on the one before.
    const last = kills.at(-1);
    if (last) last.promised = new Set(promised);
    kills.push({ left, done: new Set(done), promised: new Set(promised) });
  });
  const handler = (noted: Set<number>) => async (n: number) => {
    if (n % 3 === 0) throw new Error("never");
    if (n % 3 === 1 && !noted.has(-n)) {
      noted.add(-n);
      throw new Error("once");
    }
    noted.add(n);
  };
  const { lambda, clock } = stage(store, { retryDelaysMs: [10] });
  lambda.register("f", handler(done));
  for (let n = 1; n <= 12; n++) {
    await lambda.invokeAsync("f", n);
    promised.add(n);
    await clock.advance(5);
  }
  await clock.advance(1_000);
  expect(kills.length).toBeGreaterThan(12);

  for (const kill of kills) {
    const after = new Set<number>(kill.done);
    const next = stage(kill.left, { retryDelaysMs: [10] });
    next.lambda.register("f", handler(after));
    await next.lambda.resume();
    await next.clock.advance(1_000);
    for (const { requestPayload } of await next.lambda.deadLetters()) after.add(requestPayload as number);
    expect([...kill.promised].filter((n) => !after.has(n))).toEqual([]);
    expect(events(await settled(kill.left))).toEqual([]);
  }
});

it("writes a dead letter and deletes its event in one commit", async () => {
  const seen: number[][] = [];
  const store = watchedStore((left) => seen.push([events(left).length, letters(left).length]));
  const { lambda } = stage(store, { retryDelaysMs: [] });
  lambda.register("f", async () => Promise.reject(new Error("broken")));
  await lambda.invokeAsync("f", 1);
  await lambda.idle();
  expect(seen).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

it("keeps the newest thousand dead letters", async () => {
  const store = memoryStore();
  const { lambda } = stage(store, { retryDelaysMs: [] });
  lambda.register("f", async () => Promise.reject(new Error("broken")));
  for (let n = 0; n < 1_005; n++) await lambda.invokeAsync("f", n);
  await lambda.idle();
  const kept = (await lambda.deadLetters()).map(({ requestPayload }) => requestPayload);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, 5, 1_004]);
  expect(letters(store)).toHaveLength(1_000);
});

it("does not let a function that hangs delay others", async () => {
  const { lambda } = stage(memoryStore(), { concurrency: 2 });
  const opened = deferred();
  const done = deferred();
  lambda.register("stuck", () => opened.promise);
  lambda.register("quick", async () => done.resolve());
  for (let n = 0; n < 5; n++) await lambda.invokeAsync("stuck", n);
  await lambda.invokeAsync("quick", 1);
  await done.promise;
  opened.resolve();
  await lambda.idle();
});
