import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { createEndpoint, type Endpoint } from "../endpoint/endpoint.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import { createSqs } from "./sqs.ts";

/** A service with a queue of its own, and the real SDK's client of it. */
async function stage(store = memoryStore()) {
  const clock = virtualClock();
  let endpoint: Endpoint | undefined;
  const sqs = createSqs({ clock, store, standard: { Wakeups: {} }, url: () => endpoint!.url });
  endpoint = await createEndpoint({ port: 0, services: [sqs] });
  const client = new SQSClient({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
    await sqs.close();
  });
  return { store, sqs, clock, client, url: endpoint.url };
}

it("creates queues that accept messages and exist after a restart, with their messages", async () => {
  const first = await stage();
  const Attributes = { VisibilityTimeout: "7", DelaySeconds: "2", ReceiveMessageWaitTimeSeconds: "20" };
  const { QueueUrl } = await first.client.send(new CreateQueueCommand({ QueueName: "orders", Attributes }));
  expect(QueueUrl).toBe(`${first.url}/000000000000/orders`);
  expect(await first.client.send(new CreateQueueCommand({ QueueName: "orders", Attributes }))).toMatchObject({
    QueueUrl,
  });
  await first.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "seven" }));
  const { client, clock } = await stage(first.store.fork());
  const again = await client.send(new GetQueueUrlCommand({ QueueName: "orders" }));
  const atOnce = new ReceiveMessageCommand({ ...again, QueueUrl: again.QueueUrl, WaitTimeSeconds: 0 });
  expect((await client.send(atOnce)).Messages).toBeUndefined();
  await clock.advance(2000);
  const received = await client.send(new ReceiveMessageCommand(again as { QueueUrl: string }));
  expect(received.Messages).toMatchObject([{ Body: "seven" }]);
  expect(await client.send(new GetQueueAttributesCommand(again as { QueueUrl: string }))).toMatchObject({
    Attributes: {
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:orders",
      ApproximateNumberOfMessagesNotVisible: "1",
    },
  });
});

it("is one queue for all who create it at once, and for a later request with the same or fewer settings", async () => {
  const { client, sqs } = await stage();
  const create = (Attributes?: Record<string, string>) =>
    client.send(new CreateQueueCommand({ QueueName: "orders", ...(Attributes && { Attributes }) }));
  const made = await Promise.all([1, 2, 3].map(() => create({ VisibilityTimeout: "7" })));
  expect(new Set(made.map(({ QueueUrl }) => QueueUrl)).size).toBe(1);
  const { QueueUrl } = made[0]!;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  expect(await create()).toMatchObject({ QueueUrl });
  expect(await create({ DelaySeconds: "0" })).toMatchObject({ QueueUrl });
  await expect(create({ VisibilityTimeout: "8" })).rejects.toThrow("another value");
  expect(sqs.letters("orders")).toHaveLength(1);
});

it("loses no message that is sent while another request creates the same queue", async () => {
  const kept = memoryStore();
  const [made, sent] = [deferred(), deferred()];
  let creations = 0;
  /** The second creation is reported late, and the first message is written late. */
  const commit: MemoryStore["commit"] = async (decide) => {
    const value = await kept.commit(decide);
    if (creations++ === 1) await made.promise;
    return value;
  };
  const write: MemoryStore["write"] = async (writes) => {
    const [key] = writes[0] ?? [[]];
    if (key[1] === "queue") return commit(() => ({ writes, value: undefined }));
    if (key.at(-1) === 0) await sent.promise;
    return kept.write(writes);
  };
  const { sqs } = await stage({ ...kept, commit, write });
  const operate = (name: string, input: object) =>
    (sqs.operations[name] as (input: object) => Promise<object>)(input);
  const [first, second] = [1, 2].map(() => operate("CreateQueue", { QueueName: "orders" }));
  await first;
  const sending = operate("SendMessage", { QueueUrl: "/orders", MessageBody: "x" });
  made.resolve();
  await second;
  sent.resolve();
  await sending;
  await operate("SendMessage", { QueueUrl: "/orders", MessageBody: "y" });
  expect(sqs.letters("orders").map(({ body }) => body)).toEqual(["x", "y"]);
});

it("moves messages that were received too often to another created queue", async () => {
  const { client, clock, sqs } = await stage();
  const dead = await client.send(new CreateQueueCommand({ QueueName: "dead" }));
  expect(dead.QueueUrl).toContain("/dead");
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead",
    maxReceiveCount: "1",
  });
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: "orders", Attributes: { RedrivePolicy, VisibilityTimeout: "1" } }),
  );
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  await client.send(new ReceiveMessageCommand({ QueueUrl }));
  await clock.advance(1000);
  await client.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(sqs.letters("dead").map(({ body }) => body)).toEqual(["x"]);
});

it("empties and deletes those queues, but not those of services that run here", async () => {
  const { store, client, url } = await stage();
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "orders" }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "o" }))).QueueUrls).toEqual([QueueUrl]);
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "y" }));
  await client.send(new DeleteQueueCommand({ QueueUrl }));
  await expect(client.send(new GetQueueUrlCommand({ QueueName: "orders" }))).rejects.toThrow(
    "does not exist",
  );
  expect([...store.list({ prefix: ["sqs"] })]).toEqual([]);
  const own = { QueueUrl: `${url}/000000000000/Wakeups` };
  await expect(client.send(new DeleteQueueCommand(own))).rejects.toThrow(
    "belongs to a service that runs here",
  );
});

it.each([
  [{ QueueName: "Wakeups" }, "QueueNameExists"],
  [{ QueueName: "a.fifo" }, "InvalidAttributeName"],
  [{ QueueName: "a b" }, "InvalidParameterValue"],
  [{ QueueName: "a", Attributes: { VisibilityTimeout: "50000" } }, "InvalidAttributeValue"],
  [{ QueueName: "a", Attributes: { Colour: "blue" } }, "InvalidAttributeName"],
  [{ QueueName: "a", Attributes: { RedrivePolicy: "{}" } }, "InvalidParameterValue"],
])("refuses to create %j", async (input, code) => {
  const { sqs } = await stage();
  const create = sqs.operations.CreateQueue as (input: object) => Promise<object>;
  await expect(create(input)).rejects.toMatchObject({ code });
});
