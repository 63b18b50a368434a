import { afterEach, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createLambda, type FunctionOptions } from "../lambda/lambda.ts";
import { memoryStore } from "../store/memory-store.ts";
import { createSqs, type Mapping } from "./sqs.ts";

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A queue whose messages a function of the embedded Lambda takes. */
async function stage(handler: (event: QueueEvent) => Promise<unknown>, options: FunctionOptions = {}) {
  const clock = virtualClock(0);
  const lines: string[] = [];
  const lambda = createLambda({ clock, store: memoryStore(), log: (line) => lines.push(line) });
  lambda.register("worker", handler, options);
  const standard = {
    Work: { visibilityTimeoutSeconds: 4, redrive: { queue: "Dead", maxReceiveCount: 3 } },
    Dead: {},
  };
  const store = memoryStore();
  const sqs = createSqs({ clock, store, standard, log: (line) => lines.push(line) });
  ends.push(() => sqs.close());
  let sent = 0;
  return {
    clock,
    store,
    sqs,
    lines,
    map: (mapping: Partial<Mapping> = {}) =>
      sqs.map("Work", { invoke: (event) => lambda.invoke("worker", event), ...mapping }),
    send: (...bodies: string[]) => sendTo(sqs, bodies, () => `${++sent}`),
    held: () => sqs.letters("Work").map(({ body }) => body),
  };
}

/** Sends as a client does, by the operation of the service. */
async function sendTo(sqs: { handle: unknown }, bodies: readonly string[], id: () => string): Promise<void> {
  const handle = sqs.handle as (request: object, response: object) => Promise<void>;
  for (const MessageBody of bodies) {
    const [text, DelaySeconds = 0] = MessageBody.split("+").map((part, n) => (n ? Number(part) : part));
    const body = Buffer.from(JSON.stringify({ QueueUrl: `/${id()}/Work`, MessageBody: text, DelaySeconds }));
    const request = Object.assign([body].values(), { headers: { "x-amz-target": "AmazonSQS.SendMessage" } });
    await handle(request, { writeHead() {}, end() {}, once() {} });
  }
}

it("gives the function messages in the shape of SQS, in batches, and deletes those that succeed", async () => {
  const events: QueueEvent[] = [];
  const { clock, send, map, held } = await stage(async (event) => void events.push(event));
  await send(...Array.from({ length: 12 }, (_, n) => `m${n}`));
  map({ batchSize: 5 });
  await clock.advance(1);
  expect(events.map(({ Records }) => Records.length).sort()).toEqual([2, 5, 5]);
  expect(events[0]!.Records[0]).toEqual({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    body: "m0",
    attributes: { SentTimestamp: "0", ApproximateReceiveCount: "1" },
    messageAttributes: {},
    md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:Work",
    awsRegion: "us-east-1",
  });
  expect(held()).toEqual([]);
});

it("gives a delayed message when its time has come, and one that is sent meanwhile at once", async () => {
  const taken: [string, number][] = [];
  const { clock, send, map } = await stage(async ({ Records }) => {
    for (const { body } of Records) taken.push([body, clock.now()]);
  });
  map();
  await send("late+60", "soon+5");
  await clock.advance(5000);
  await send("now");
  await clock.advance(55_000);
  expect(taken).toEqual([
    ["soon", 5000],
    ["now", 5000],
    ["late", 60_000],
  ]);
});

it("delivers the messages again that the function names, and only those", async () => {
  const tries: string[] = [];
  const { clock, send, map, held } = await stage(async ({ Records }) => {
    tries.push(Records.map(({ body }) => body).join());
    const failed = Records.filter(({ body }) => body === "bad" && tries.length === 1);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await send("good", "bad");
  map();
  await clock.advance(3999);
  expect(held()).toEqual(["bad"]);
  await clock.advance(1);
  expect(tries).toEqual(["good,bad", "bad"]);
  expect(held()).toEqual([]);
});

it.each([
  ["throws", () => Promise.reject(new Error("broken"))],
  ["names a message of another batch", async () => ({ batchItemFailures: [{ itemIdentifier: "other" }] })],
  ["runs out of time", () => new Promise(() => {})],
])("gives up a batch after some tries when the function %s", async (_, fail) => {
  let tries = 0;
  const { clock, sqs, send, map } = await stage(
    () => {
      tries++;
      return fail();
    },
    { timeoutMs: 3000 },
  );
  await send("a", "b");
  map();
  await clock.advance(30_000);
  expect(tries).toBe(3);
  expect(sqs.letters("Work")).toEqual([]);
  expect(sqs.letters("Dead").map(({ body }) => body)).toEqual(["a", "b"]);
});

it("tries again to move a failed batch while the store cannot write, and loses none of it", async () => {
  const { clock, sqs, send, map, store, lines } = await stage(() => Promise.reject(new Error("broken")));
  await send("a", "b");
  map();
  await clock.advance(10_000);
  store.fail("the disk is full");
  await clock.advance(10_000);
  expect(sqs.letters("Work").map(({ body }) => body)).toEqual(["a", "b"]);
  expect(lines).toContain("messages of Work could not be moved to Dead: the disk is full");
  store.fail(undefined);
  await clock.advance(4000);
  expect(sqs.letters("Work")).toEqual([]);
  expect(sqs.letters("Dead").map(({ body }) => body)).toEqual(["a", "b"]);
});

it("runs a limited number of invocations at once", async () => {
  let running = 0;
  let most = 0;
  const { clock, send, map, held } = await stage(async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((done) => void clock.after(1000, done));
    running--;
  });
  await send(...Array.from({ length: 10 }, (_, n) => `m${n}`));
  map({ batchSize: 1, concurrency: 3 });
  await clock.advance(3500);
  expect([most, held().length]).toEqual([3, 1]);
  await clock.advance(1000);
  expect(held()).toEqual([]);
});

it("starts nothing more after it is closed, and waits for running invocations", async () => {
  let finish = () => {};
  let taken = 0;
  const { sqs, clock, send, map } = await stage(async () => {
    taken++;
    await new Promise<void>((done) => {
      finish = done;
    });
  });
  map();
  await send("a");
  await clock.advance(1);
  let closed = false;
  const closing = sqs.close().then(() => {
    closed = true;
  });
  ends.length = 0;
  await clock.advance(1000);
  expect([taken, closed]).toEqual([1, false]);
  finish();
  await closing;
  expect(sqs.letters("Work")).toEqual([]);
});

it("gives the function nothing once it is closed, mapped before or after", async () => {
  let events = 0;
  const { clock, sqs, send, map } = await stage(async () => void events++);
  map();
  await sqs.close();
  map();
  await send("late");
  await clock.advance(60_000);
  expect(events).toBe(0);
});
