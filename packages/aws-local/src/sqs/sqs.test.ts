import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import type { QueueMessage } from "./queue.ts";
import { createSqs } from "./sqs.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const letters: QueueMessage[] = [
  { id: "m1", at: 1000, body: "{}", attributes: { ERROR_CODE: "TIMEOUT" } },
  { id: "m2", at: 2000, body: '{"n":2}', attributes: {} },
];

const ALL = { MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] };

/** The service over HTTP, with a clock that is set by hand. */
async function service({ store = memoryStore(), shown = letters } = {}) {
  let now = 0;
  const clock = { now: () => now, after: () => () => {} };
  const sqs = createSqs({ clock: clock as never, store, queues: { Dead: async () => shown } });
  const server = createServer((request, response) => void sqs.handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await sqs.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (operation: string, input: object = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "x-amz-target": `AmazonSQS.${operation}`, "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ QueueUrl: `${url}/000000000000/Dead`, ...input }),
    });
    return (await response.json()) as {
      Messages?: { MessageId: string; ReceiptHandle: string }[];
      __type?: string;
    };
  };
  const receive = async (input: object = {}) =>
    (await call("ReceiveMessage", { MaxNumberOfMessages: 10, ...ALL, ...input })).Messages ?? [];
  const ids = async () => (await receive({ VisibilityTimeout: 0 })).map(({ MessageId }) => MessageId);
  const pass = (ms: number) => {
    now += ms;
  };
  return { store, call, receive, ids, pass };
}

it("gives messages with their attributes and the digest that the SDK checks", async () => {
  const { receive } = await service();
  expect((await receive())[0]).toEqual({
    MessageId: "m1",
    ReceiptHandle: "m1#1",
    Body: "{}",
    MD5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
    Attributes: { SentTimestamp: "1000", ApproximateReceiveCount: "1" },
    MessageAttributes: { ERROR_CODE: { DataType: "String", StringValue: "TIMEOUT" } },
  });
});

it("hides received messages for the requested time, or until they are shown again", async () => {
  const { receive, ids, call, pass } = await service();
  const [first] = await receive({ VisibilityTimeout: 60 });
  expect(await ids()).toEqual([]);
  expect(await call("GetQueueAttributes")).toEqual({
    Attributes: {
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:Dead",
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "2",
    },
  });
  const Entries = [{ Id: "0", ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 }];
  expect(await call("ChangeMessageVisibilityBatch", { Entries })).toMatchObject({
    Successful: [{ Id: "0" }],
  });
  expect(await ids()).toEqual(["m1"]);
  pass(60_000);
  expect(await ids()).toEqual(["m1", "m2"]);
});

it("remembers deletions after the process ends", async () => {
  const { store, receive, call } = await service();
  const [first] = await receive({ VisibilityTimeout: 0 });
  for (let n = 0; n < 2; n++) await call("DeleteMessage", { ReceiptHandle: first!.ReceiptHandle });
  const again = await service({ store: store.fork() });
  expect(await again.ids()).toEqual(["m2"]);
  expect(store.commits()).toBe(1);
});

it("deletes a batch in one commit", async () => {
  const { store, receive, call, ids } = await service();
  const Entries = (await receive()).map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }));
  await call("DeleteMessageBatch", { Entries });
  expect([await ids(), store.commits()]).toEqual([[], 1]);
});

it("shows a message that it could not delete, and deletes it once the store can write", async () => {
  const { store, ids, receive, call } = await service();
  const [first] = await receive({ VisibilityTimeout: 0 });
  store.fail("the disk is full");
  expect((await call("DeleteMessage", { ReceiptHandle: first!.ReceiptHandle })).__type).toBe(
    "InternalServerError",
  );
  expect(await ids()).toEqual(["m1", "m2"]);
  store.fail(undefined);
  await call("DeleteMessage", { ReceiptHandle: first!.ReceiptHandle });
  expect(await ids()).toEqual(["m2"]);
});

it("keeps no mark of a message that no longer exists", async () => {
  const shown = [...letters];
  const { store, receive, call, ids } = await service({ shown });
  for (const { ReceiptHandle } of await receive()) await call("DeleteMessage", { ReceiptHandle });
  const marks = () => [...store.list({ prefix: ["sqs"] })].map(([key]) => key.at(-1));
  expect(marks()).toEqual(["m1", "m2"]);
  shown.shift();
  expect(await ids()).toEqual([]);
  await store.write([]);
  expect(marks()).toEqual(["m2"]);
});

it.each([
  ["ReceiveMessage", { QueueUrl: "http://127.0.0.1/1/Other" }, "QueueDoesNotExist"],
  ["ReceiveMessage", { MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
  ["ReceiveMessage", { VisibilityTimeout: -1 }, "InvalidParameterValue"],
  ["DeleteMessage", { ReceiptHandle: "nonsense" }, "ReceiptHandleIsInvalid"],
  ["SendMessage", { MessageBody: "x" }, "UnsupportedOperation"],
])("refuses %s of %j as SQS does", async (operation, input, code) => {
  const { call } = await service();
  expect((await call(operation, input)).__type).toBe(code);
});
