import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { brokenInvariants } from "./testing/invariants.ts";
import { deathsOf } from "./testing/process.ts";
import { inLanes, rehearse } from "./testing/rehearse.ts";
import { firstToken, openScene, request, type Scene } from "./testing/scene.ts";
import { useCases } from "./testing/use-cases.ts";
import { openWorld } from "./testing/world.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function inScene<T>(work: (scene: Scene) => Promise<T>): Promise<T> {
  const world = await openWorld(engine);
  try {
    return await work(await openScene(world));
  } finally {
    await world.close();
  }
}

const named = (...names: string[]) => useCases.filter(({ name }) => names.includes(name));

it.each(
  named(
    "a question",
    "a reply: pick",
    "relaying an answer",
    "announcing an answer",
    "a deadline without a default",
  ),
)(
  "repairs everything within 75 seconds if the queue refuses all messages and a process dies: $name",
  async (useCase) => {
    const { disturbed, problems } = await rehearse(engine, useCase, { withoutQueue: true });
    expect(problems).toEqual([]);
    const deaths = deathsOf(disturbed?.calls ?? []).filter(({ nth }) => {
      const { service } = disturbed!.calls[nth - 1]!;
      return service !== "ApiGateway" && service !== "SQS";
    });
    const rehearsals = await inLanes(deaths, (fault) =>
      rehearse(engine, useCase, { fault, withoutQueue: true }),
    );
    expect(rehearsals.flatMap((rehearsal) => rehearsal.problems)).toEqual([]);
  },
  60_000,
);

describe("a deadline", () => {
  it.each([1, 20, 75, 119, 121, 130, 240])("of %s s acts within two seconds", (deadlineSeconds) =>
    inScene(async ({ world, asked }) => {
      const asking = world.now();
      await asked({ deadlineSeconds });
      await world.settle(300_000);
      const { status } = (await world.stores.requests.read(request()))!;
      expect(status.state).toBe("expired");
      const lateMs = (status as { at: number }).at - asking - deadlineSeconds * 1000;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(2000);
    }),
  );
});

/** The writer dies right after its transaction: nobody was notified. */
const dyingWriter = { nth: 4, what: "dies after" } as const;

describe("a message", () => {
  it("that is lost is replaced by a poll", () =>
    inScene(async ({ world, ask }) => {
      world.injectFault({ name: "ingest", of: "Feedback Requested", fault: dyingWriter });
      ask();
      await world.pump();
      expect(world.processes.at(-1)?.calls.at(-1)?.operation).toBe("TransactWriteItems");
      world.queue.lose();
      await world.settle();
      expect(world.latestMs()).toBeLessThan(75_000);
      expect(await brokenInvariants(world)).toEqual([]);
    }));

  it("that arrives before its row is sent again, and completes the work if its sender then dies", () =>
    inScene(async ({ world, ask }) => {
      world.queue.send({ request: request(), version: 1, at: world.now() });
      await world.settle(1000);
      const { processes } = world;
      expect(processes.at(-1)?.calls.map(({ operation }) => operation)).toEqual([
        "BatchGetItem",
        "SendMessageBatch",
      ]);
      world.injectFault({ name: "ingest", of: "Feedback Requested", fault: dyingWriter });
      ask();
      await world.pump();
      // Its own message is lost; only the one that was sent again is left.
      world.queue.lose((body) => !body.includes("again"));
      await world.settle();
      expect(world.latestMs()).toBeLessThan(30_000);
      expect(await brokenInvariants(world)).toEqual([]);
    }));

  it("whose row is never written is dropped after the second time", () =>
    inScene(async ({ world }) => {
      world.queue.send({ request: request(), version: 1, at: world.now() });
      await world.settle(120_000);
      expect(world.queue.nextAt()).toBe(Infinity);
      expect(world.queue.deadLetters).toEqual([]);
      expect(world.states.isOpen(firstToken)).toBe(true);
      const woken = world.processes.filter(({ of }) => of === "wake-up");
      expect(woken.map(({ calls }) => calls.map(({ operation }) => operation).join())).toEqual([
        "BatchGetItem,SendMessageBatch",
        "BatchGetItem",
      ]);
    }));

  it("that is invalid becomes a dead letter, and the others of its batch do not", () =>
    inScene(async ({ world, asked }) => {
      await asked({ deadlineSeconds: 3 });
      world.queue.send({ nonsense: true });
      await world.settle(60_000);
      expect(world.queue.deadLetters.map(({ body }) => body)).toEqual(['{"nonsense":true}']);
      expect((await world.stores.requests.read(request()))?.status.state).toBe("expired");
    }));
});
