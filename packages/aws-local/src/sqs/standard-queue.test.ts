import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import { DamagedRecord } from "../store/store.ts";
import { writtenWithTheNextAlone } from "../testing/watched-store.ts";
import { createSqs } from "./sqs.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Answer {
  readonly MessageId?: string;
  readonly MD5OfMessageBody?: string;
  readonly Successful?: { Id: string; MD5OfMessageBody: string }[];
  readonly Failed?: { Id: string; Code: string }[];
  readonly Messages?: {
    MessageId: string;
    ReceiptHandle: string;
    Body: string;
    Attributes?: object;
    MessageAttributes?: object;
  }[];
  readonly Attributes?: object;
  readonly __type?: string;
}

/** A message's attributes are returned only on request. */
const ALL = { MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] };

/** The service over HTTP, on a clock that stands still, with a queue `Work` and its dead letters `Dead`. */
async function service({ clock = virtualClock(0), store = memoryStore() } = {}) {
  const standard = {
    Work: { visibilityTimeoutSeconds: 4, redrive: { queue: "Dead", maxReceiveCount: 2 } },
    Slow: { delaySeconds: 5, messageRetentionSeconds: 60 },
    Long: { waitSeconds: 20 },
    Dead: {},
  };
  const sqs = createSqs({ clock, store, standard, log: () => {} });
  const server = createServer((request, response) => void sqs.handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await sqs.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (operation: string, input: object = {}): Promise<Answer> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "x-amz-target": `AmazonSQS.${operation}`, "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ QueueUrl: `${url}/000000000000/Work`, ...input }),
    });
    return (await response.json()) as Answer;
  };
  const receive = async (name = "Work", input: object = {}) =>
    (await call("ReceiveMessage", { QueueUrl: `/${name}`, MaxNumberOfMessages: 10, ...ALL, ...input }))
      .Messages ?? [];
  const bodies = async (name = "Work") => (await receive(name)).map(({ Body }) => Body);
  /** How many messages are stored. */
  const stored = () => [...store.list({ prefix: ["sqs", "message"] })].length;
  return { clock, store, sqs, call, receive, bodies, stored };
}

it("gives a message after its delay and not before, or after that of its queue", async () => {
  const { clock, call, bodies } = await service();
  expect(await call("SendMessage", { MessageBody: "late", DelaySeconds: 900 })).toEqual({
    MessageId: expect.any(String),
    MD5OfMessageBody: "f2c67381db28fa11c59fe7a6df0f2587",
  });
  await call("SendMessage", { MessageBody: "now" });
  await call("SendMessage", { QueueUrl: "/Slow", MessageBody: "its own", DelaySeconds: 0 });
  await call("SendMessage", { QueueUrl: "/Slow", MessageBody: "usual" });
  expect([await bodies(), await bodies("Slow")]).toEqual([["now"], ["its own"]]);
  await clock.advance(4999);
  expect(await bodies("Slow")).toEqual([]);
  await clock.advance(1);
  expect(await bodies("Slow")).toEqual(["usual"]);
  await clock.advance(894_999);
  expect(await bodies()).toEqual(["now"]);
  await clock.advance(1);
  expect(await bodies()).toEqual(["late"]);
});

it("accepts or refuses each message of a batch by itself", async () => {
  const { call, bodies } = await service();
  const Entries = [
    { Id: "a", MessageBody: "1" },
    { Id: "b", MessageBody: "2", DelaySeconds: 901 },
    { Id: "c", MessageBody: "" },
    { Id: "d", MessageBody: "4", DelaySeconds: 0 },
  ];
  const { Successful, Failed } = await call("SendMessageBatch", { Entries });
  expect(Successful?.map(({ Id }) => Id)).toEqual(["a", "d"]);
  expect(Failed).toMatchObject([
    { Id: "b", Code: "InvalidParameterValue" },
    { Id: "c", Code: "MissingParameter" },
  ]);
  expect(await bodies()).toEqual(["1", "4"]);
});

const entry = (n: number) => ({ Id: `m${n}`, MessageBody: "x" });
it.each([
  ["SendMessage", { MessageBody: "x", DelaySeconds: 901 }, "InvalidParameterValue"],
  ["SendMessage", { MessageBody: "x", DelaySeconds: 1.5 }, "InvalidParameterValue"],
  ["SendMessage", {}, "MissingParameter"],
  ["SendMessage", { MessageBody: "x", QueueUrl: "/None" }, "QueueDoesNotExist"],
  [
    "SendMessage",
    { MessageBody: "x", MessageAttributes: { a: { DataType: "Date", StringValue: "x" } } },
    "InvalidParameterValue",
  ],
  [
    "SendMessage",
    { MessageBody: "x", MessageAttributes: { a: { DataType: "String", StringValue: "" } } },
    "InvalidParameterValue",
  ],
  [
    "SendMessage",
    { MessageBody: "x", MessageAttributes: { a: { DataType: "Number", StringValue: "ten" } } },
    "InvalidParameterValue",
  ],
  ["ReceiveMessage", { WaitTimeSeconds: 21 }, "InvalidParameterValue"],
  ["ChangeMessageVisibility", { ReceiptHandle: "a#1" }, "MissingParameter"],
  ["SendMessageBatch", { Entries: [] }, "EmptyBatchRequest"],
  [
    "SendMessageBatch",
    { Entries: Array.from({ length: 11 }, (_, n) => entry(n)) },
    "TooManyEntriesInBatchRequest",
  ],
  ["SendMessageBatch", { Entries: [entry(1), entry(1)] }, "BatchEntryIdsNotDistinct"],
  ["SendMessageBatch", { Entries: [{ Id: "a b", MessageBody: "x" }] }, "InvalidBatchEntryId"],
  ["DeleteMessageBatch", { Entries: [] }, "EmptyBatchRequest"],
])("refuses %s of %j as SQS does", async (operation, input, code) => {
  const { call } = await service();
  expect((await call(operation, input)).__type).toBe(code);
});

it("hides received messages for the queue's time, and counts receives", async () => {
  const { clock, call, receive } = await service();
  await call("SendMessage", { MessageBody: "x" });
  const [first] = await receive();
  expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: "1" });
  await clock.advance(3999);
  expect(await receive()).toEqual([]);
  expect((await call("GetQueueAttributes")).Attributes).toEqual({
    QueueArn: "arn:aws:sqs:us-east-1:000000000000:Work",
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "1",
  });
  await clock.advance(1);
  expect((await receive())[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: "2" });
});

it("keeps a message's attributes, and returns the requested ones", async () => {
  const { call } = await service();
  const MessageAttributes = {
    Bytes: { DataType: "Binary", BinaryValue: "AAEC" },
    "Order.id": { DataType: "Number.int", StringValue: "7" },
    "Order.name": { DataType: "String", StringValue: "seven" },
  };
  await call("SendMessage", { MessageBody: "x", MessageAttributes });
  const received = async (asked: object) => {
    const input = { QueueUrl: "/Work", VisibilityTimeout: 0, ...asked };
    const [message] = (await call("ReceiveMessage", input)).Messages ?? [];
    return [Object.keys(message?.Attributes ?? {}), message?.MessageAttributes];
  };
  expect(await received({})).toEqual([[], undefined]);
  expect(await received({ AttributeNames: ["SentTimestamp"], MessageAttributeNames: [".*"] })).toEqual([
    ["SentTimestamp"],
    MessageAttributes,
  ]);
});

it("gives attributes by the beginning of their names", async () => {
  const { call, receive } = await service();
  const of = (StringValue: string) => ({ DataType: "String", StringValue });
  const MessageAttributes = { "order.id": of("7"), "order.name": of("seven"), other: of("x") };
  await call("SendMessage", { MessageBody: "x", MessageAttributes });
  const [message] = await receive("Work", { MessageAttributeNames: ["order.*"] });
  expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(["order.id", "order.name"]);
});

it("waits for a message as long as the receiver requests, or the queue's default", async () => {
  const { clock, call, receive } = await service();
  const first = receive("Work", { WaitTimeSeconds: 20 });
  const second = receive("Long");
  const third = receive("Long", { WaitTimeSeconds: 0 });
  expect(await third).toEqual([]);
  await call("SendMessage", { MessageBody: "asked for" });
  await call("SendMessage", { QueueUrl: "/Long", MessageBody: "later", DelaySeconds: 3 });
  expect(await first).toMatchObject([{ Body: "asked for" }]);
  await clock.advance(3000);
  expect(await second).toMatchObject([{ Body: "later" }]);
  const nothing = receive("Long");
  await vi.waitFor(async () => {
    await clock.advance(20_000);
    expect(await Promise.race([nothing, "waiting"])).toEqual([]);
  });
});

it("gives nothing to a receiver that has left while waiting", async () => {
  const { sqs, call, bodies } = await service();
  const gone = new AbortController();
  const receiveMessage = sqs.operations.ReceiveMessage as (input: object, context: object) => Promise<object>;
  const waiting = receiveMessage({ QueueUrl: "/Work", WaitTimeSeconds: 20 }, gone);
  gone.abort();
  expect(await waiting).toEqual({});
  await call("SendMessage", { MessageBody: "x" });
  expect(await bodies()).toEqual(["x"]);
});

it("deletes and hides the valid entries of a batch, and names the others", async () => {
  const { call, receive, bodies } = await service();
  for (const MessageBody of ["1", "2"]) await call("SendMessage", { MessageBody });
  const [one, two] = await receive();
  const wrong = { Id: "wrong", ReceiptHandle: "nonsense", VisibilityTimeout: 0 };
  const Failed = [{ Id: "wrong", Code: "ReceiptHandleIsInvalid", SenderFault: true }];
  const shown = { Id: "two", ReceiptHandle: two!.ReceiptHandle, VisibilityTimeout: 0 };
  const late = { Id: "late", ReceiptHandle: one!.ReceiptHandle };
  expect(await call("ChangeMessageVisibilityBatch", { Entries: [wrong, late, shown] })).toMatchObject({
    Successful: [{ Id: "two" }],
    Failed: [...Failed, { Id: "late", Code: "MissingParameter" }],
  });
  expect(await bodies()).toEqual(["2"]);
  expect(
    await call("DeleteMessageBatch", { Entries: [wrong, { Id: "one", ReceiptHandle: one!.ReceiptHandle }] }),
  ).toMatchObject({ Successful: [{ Id: "one" }], Failed });
});

it("moves messages that were received too often to the dead letters, unchanged", async () => {
  const { clock, sqs, call, receive, bodies } = await service();
  const MessageAttributes = { Why: { DataType: "String", StringValue: "because" } };
  await call("SendMessage", { MessageBody: "poison", MessageAttributes });
  for (let n = 0; n < 2; n++) {
    expect(await bodies()).toEqual(["poison"]);
    await clock.advance(4000);
  }
  expect(await bodies()).toEqual([]);
  expect(sqs.letters("Work")).toEqual([]);
  expect(sqs.letters("Dead")).toMatchObject([{ body: "poison", attributes: MessageAttributes }]);
  const [dead] = await receive("Dead");
  await call("DeleteMessageBatch", {
    QueueUrl: "/Dead",
    Entries: [{ Id: "a", ReceiptHandle: dead!.ReceiptHandle }],
  });
  expect(sqs.letters("Dead")).toEqual([]);
});

it("deletes messages after the queue's retention, even if nobody receives", async () => {
  const { clock, store, sqs, call, bodies, stored } = await service();
  await call("SendMessage", { QueueUrl: "/Slow", MessageBody: "old" });
  await clock.advance(60_000);
  await call("SendMessage", { QueueUrl: "/Slow", MessageBody: "new" });
  expect(stored()).toBe(1);
  expect(sqs.letters("Slow").map(({ body }) => body)).toEqual(["new"]);
  await clock.advance(60_000);
  expect(await bodies("Slow")).toEqual([]);
  await service({ clock, store });
  await store.write([]);
  expect(stored()).toBe(0);
});

it("keeps messages and their delays beyond a kill, and nothing that was deleted", async () => {
  writtenWithTheNextAlone();
  const clock = virtualClock(0);
  const { call, receive, store } = await service({ clock });
  await call("SendMessage", { MessageBody: "delayed", DelaySeconds: 60 });
  await call("SendMessage", { MessageBody: "taken" });
  await call("SendMessage", { MessageBody: "deleted" });
  const received = await receive();
  await call("DeleteMessage", { ReceiptHandle: received[1]!.ReceiptHandle });
  // It may come again as long as nothing was written since.
  expect(await (await service({ clock, store: store.fork() })).bodies()).toEqual(["taken", "deleted"]);
  await call("SendMessage", { MessageBody: "later" });

  const again = await service({ clock, store: store.fork() });
  expect(await again.bodies()).toEqual(["taken", "later"]);
  await clock.advance(59_999);
  expect(await again.bodies()).toEqual(["taken", "later"]);
  await clock.advance(1);
  expect(await again.bodies()).toEqual(["delayed"]);
});

it("makes one commit to send to it, and none to receive and delete", async () => {
  writtenWithTheNextAlone();
  const { call, receive, store, stored } = await service();
  await call("SendMessage", { MessageBody: "x", DelaySeconds: 0 });
  const [first] = await receive();
  await call("DeleteMessage", { ReceiptHandle: first!.ReceiptHandle });
  expect(store.commits()).toBe(1);
  await call("SendMessage", { MessageBody: "y" });
  expect([store.commits(), stored()]).toEqual([2, 1]);
});

it("accepts nothing while the store cannot write, delivers what it has, and continues later", async () => {
  const { call, receive, bodies, store, stored } = await service();
  await call("SendMessage", { MessageBody: "before" });
  store.fail("the disk is full");
  expect((await call("SendMessage", { MessageBody: "lost" })).__type).toBe("InternalServerError");
  const Entries = [{ Id: "a", MessageBody: "lost" }];
  expect((await call("SendMessageBatch", { Entries })).__type).toBe("InternalServerError");
  const [first, ...others] = await receive();
  expect([first?.Body, others]).toEqual(["before", []]);
  await call("DeleteMessage", { ReceiptHandle: first!.ReceiptHandle });
  store.fail(undefined);
  await call("SendMessage", { MessageBody: "after" });
  expect([await bodies(), stored()]).toEqual([["after"], 1]);
});

it("has each message in exactly one of two queues, after whichever commit it is killed", async () => {
  const kept = memoryStore();
  const kills: MemoryStore[] = [];
  const write: MemoryStore["write"] = async (writes) => {
    await kept.write(writes);
    kills.push(kept.fork());
  };
  const { clock, call, bodies } = await service({ store: { ...kept, write } });
  await call("SendMessage", { MessageBody: "poison" });
  for (let n = 0; n < 3; n++) {
    await bodies();
    await clock.advance(4000);
  }
  const places = kills.map((kill) => [...kill.list({ prefix: ["sqs", "message"] })].map(([key]) => key[2]));
  expect(places).toEqual([["Work"], ["Dead"]]);
});

it("gives each of many messages to one of many who receive at once", async () => {
  const { call, receive } = await service();
  const sends = Array.from({ length: 20 }, (_, n) =>
    call("SendMessageBatch", {
      Entries: Array.from({ length: 10 }, (_, m) => ({ Id: `${m}`, MessageBody: `${n} ${m}` })),
    }),
  );
  await Promise.all(sends);
  const received = await Promise.all(Array.from({ length: 30 }, () => receive()));
  const all = received.flat().map(({ Body }) => Body);
  expect(all).toHaveLength(200);
  expect(new Set(all).size).toBe(200);
});

it("withholds only a message that cannot be read, and delivers the others", async () => {
  const store = memoryStore();
  let isDamaged = false;
  const get: MemoryStore["get"] = (key) => {
    if (isDamaged && key.at(-1) === 0) throw new DamagedRecord(key);
    return store.get(key);
  };
  const { call, bodies, clock } = await service({ store: { ...store, get } });
  for (const MessageBody of ["first", "second", "third"]) await call("SendMessage", { MessageBody });
  isDamaged = true;
  expect(await bodies()).toEqual(["second", "third"]);
  isDamaged = false;
  await clock.advance(4000);
  expect(await bodies()).toEqual(["first", "second", "third"]);
});

it("shows all messages while some are on their way to the dead letters", async () => {
  const store = memoryStore();
  const told = deferred();
  let isSlow = false;
  const write: MemoryStore["write"] = async (writes) => {
    await store.write(writes);
    if (isSlow) await told.promise;
  };
  const { call, bodies, clock, sqs, receive } = await service({ store: { ...store, write } });
  await call("SendMessage", { MessageBody: "poison" });
  for (let time = 0; time < 2; time++) {
    expect(await bodies()).toEqual(["poison"]);
    await clock.advance(4000);
  }
  isSlow = true;
  const moving = receive();
  await vi.waitFor(() => expect([...store.list({ prefix: ["sqs", "message", "Dead"] })]).toHaveLength(1));
  expect(sqs.letters("Work")).toEqual([]);
  told.resolve();
  expect(await moving).toEqual([]);
  expect(sqs.letters("Dead").map(({ body }) => body)).toEqual(["poison"]);
});
