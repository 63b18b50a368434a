import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createSqs, type SqsOptions } from "./sqs.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Answer {
  readonly MessageId?: string;
  readonly MD5OfMessageBody?: string;
  readonly Successful?: { Id: string; MD5OfMessageBody: string }[];
  readonly Failed?: { Id: string; Code: string }[];
  readonly Messages?: { MessageId: string; ReceiptHandle: string; Body: string; Attributes: object }[];
  readonly Attributes?: object;
  readonly __type?: string;
}

/** The service over HTTP, on a clock that stands still, with a queue `Work` and its dead letters `Dead`. */
async function service({
  clock = virtualClock(0),
  ...more
}: Partial<SqsOptions> & { clock?: ReturnType<typeof virtualClock> } = {}) {
  const standard = {
    Work: { visibilityTimeoutSeconds: 4, redrive: { queue: "Dead", maxReceiveCount: 2 } },
    Slow: { delaySeconds: 5, messageRetentionSeconds: 60 },
    Dead: {},
  };
  const sqs = await createSqs({ clock, directory: undefined, standard, ...more });
  const server = createServer((request, response) => void sqs.handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await sqs.close();
  };
  ends.push(close);
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
    (await call("ReceiveMessage", { QueueUrl: `/${name}`, MaxNumberOfMessages: 10, ...input })).Messages ??
    [];
  const bodies = async (name = "Work") => (await receive(name)).map(({ Body }) => Body);
  return { clock, sqs, call, receive, bodies, close };
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

it("takes or refuses each message of a batch by itself", async () => {
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

it("hides what was received for the queue's time, and counts how often it was", async () => {
  const { clock, call, receive } = await service();
  await call("SendMessage", { MessageBody: "x" });
  const [first] = await receive();
  expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: "1" });
  await clock.advance(3999);
  expect(await receive()).toEqual([]);
  expect((await call("GetQueueAttributes")).Attributes).toEqual({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "1",
  });
  await clock.advance(1);
  expect((await receive())[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: "2" });
});

it("moves what was received too often to the dead letters, whole", async () => {
  const { clock, sqs, call, receive, bodies } = await service();
  const MessageAttributes = { Why: { DataType: "String", StringValue: "because" } };
  await call("SendMessage", { MessageBody: "poison", MessageAttributes });
  for (let n = 0; n < 2; n++) {
    expect(await bodies()).toEqual(["poison"]);
    await clock.advance(4000);
  }
  expect(await bodies()).toEqual([]);
  expect(sqs.letters("Work")).toEqual([]);
  expect(sqs.letters("Dead")).toMatchObject([{ body: "poison", attributes: { Why: "because" } }]);
  const [dead] = await receive("Dead");
  await call("DeleteMessageBatch", {
    QueueUrl: "/Dead",
    Entries: [{ Id: "a", ReceiptHandle: dead!.ReceiptHandle }],
  });
  expect(sqs.letters("Dead")).toEqual([]);
});

it("forgets what nobody took for as long as the queue keeps it", async () => {
  const { clock, sqs, call, bodies } = await service();
  await call("SendMessage", { QueueUrl: "/Slow", MessageBody: "old" });
  await clock.advance(60_000);
  expect(await bodies("Slow")).toEqual([]);
  expect(sqs.letters("Slow")).toEqual([]);
});

it("keeps messages and their delays beyond the process, and nothing that was deleted", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sqs-"));
  ends.push(() => rm(directory, { recursive: true, force: true }));
  const clock = virtualClock(0);
  const first = await service({ clock, directory });
  await first.call("SendMessage", { MessageBody: "delayed", DelaySeconds: 60 });
  await first.call("SendMessage", { MessageBody: "taken" });
  await first.call("SendMessage", { MessageBody: "deleted" });
  const received = await first.receive();
  await first.call("DeleteMessage", { ReceiptHandle: received[1]!.ReceiptHandle });
  await first.close();

  const again = await service({ clock, directory });
  expect(await again.bodies()).toEqual(["taken"]);
  await clock.advance(59_999);
  expect(await again.bodies()).toEqual(["taken"]);
  await clock.advance(1);
  expect(await again.bodies()).toEqual(["delayed"]);
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
