import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { createLambda } from "../lambda/lambda.ts";
import { createSqs } from "../sqs/sqs.ts";
import { memoryStore } from "../store/index.ts";
import { createSns } from "./sns.ts";

const lambdaArn = "arn:aws:lambda:us-east-1:000000000000:function:note";
const queueArn = "arn:aws:sqs:us-east-1:000000000000:orders";

/** SNS over HTTP as SDKs and the CLI call it, with a function, a queue and a mailbox to notify. */
async function stage(store = memoryStore(), sendMail = async (..._mail: string[]): Promise<void> => {}) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const lines: string[] = [];
  const lambda = createLambda({ clock, store, log: () => {} });
  const sqs = createSqs({ clock, store, standard: { orders: {} } });
  const events: Record<string, unknown>[] = [];
  lambda.register("note", async (event) => void events.push(event));
  const mails: string[][] = [];
  const sns = createSns({
    clock,
    store,
    targetOf: (arn) => (arn === lambdaArn ? lambda.targetOf("note") : sqs.targetOf(arn)),
    sendMail: async (...mail) => {
      await sendMail(...mail);
      mails.push(mail);
    },
    log: (line) => lines.push(line),
  });
  const endpoint = await createEndpoint({ port: 0, services: [sns] });
  onTestFinished(async () => {
    await endpoint.close();
    await lambda.close();
    await sqs.close();
  });
  const call = async (Action: string, fields: Record<string, string> = {}) => {
    const response = await fetch(`${endpoint.url}/`, {
      method: "POST",
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ Action, Version: "2010-03-31", ...fields }),
    });
    return { status: response.status, text: await response.text() };
  };
  const TopicArn = "arn:aws:sns:us-east-1:000000000000:orders";
  await call("CreateTopic", { Name: "orders" });
  const subscribe = (Protocol: string, Endpoint: string, more: Record<string, string> = {}) =>
    call("Subscribe", { TopicArn, Protocol, Endpoint, ...more });
  return { store, call, subscribe, TopicArn, lambda, sqs, events, mails, lines };
}

const attribute = (name: string, value: string) => ({
  "Attributes.entry.1.key": name,
  "Attributes.entry.1.value": value,
});

it("notifies functions, queues and addresses, each in its own form", async () => {
  const { call, subscribe, TopicArn, lambda, sqs, events, mails } = await stage();
  await subscribe("lambda", lambdaArn);
  await subscribe("sqs", queueArn);
  await subscribe("email", "ana@example.com");
  const { status, text } = await call("Publish", {
    TopicArn,
    Message: "Order <7>",
    Subject: "Paid",
    "MessageAttributes.entry.1.Name": "kind",
    "MessageAttributes.entry.1.Value.DataType": "String",
    "MessageAttributes.entry.1.Value.StringValue": "book",
  });
  const [, id] = /<PublishResult><MessageId>([^<]+)<\/MessageId><\/PublishResult>/.exec(text) ?? [];
  expect([status, id]).toEqual([200, expect.any(String)]);
  await lambda.idle();
  const notification = {
    Type: "Notification",
    MessageId: id,
    TopicArn,
    Subject: "Paid",
    Message: "Order <7>",
    Timestamp: "2026-01-01T00:00:00.000Z",
    MessageAttributes: { kind: { Type: "String", Value: "book" } },
  };
  expect(events).toEqual([
    {
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: expect.stringContaining(`${TopicArn}:`),
          Sns: notification,
        },
      ],
    },
  ]);
  expect(sqs.letters("orders").map(({ body }) => JSON.parse(body))).toEqual([notification]);
  expect(mails).toEqual([["ana@example.com", "Paid", "Order <7>"]]);
});

it("gives a queue only the message, and each protocol its own text, if that is set", async () => {
  const { call, subscribe, TopicArn, sqs, mails } = await stage();
  await subscribe("sqs", queueArn, attribute("RawMessageDelivery", "true"));
  await subscribe("email", "ana@example.com");
  const Message = JSON.stringify({ default: "for all", email: "Dear Ana" });
  await call("Publish", { TopicArn, MessageStructure: "json", Message });
  expect(sqs.letters("orders").map(({ body }) => body)).toEqual(["for all"]);
  expect(mails[0]![2]).toBe("Dear Ana");
});

it("gives a queue with raw delivery the attributes, with their types", async () => {
  const { call, subscribe, TopicArn, sqs } = await stage();
  await subscribe("sqs", queueArn, attribute("RawMessageDelivery", "true"));
  await call("Publish", {
    TopicArn,
    Message: "x",
    "MessageAttributes.entry.1.Name": "count",
    "MessageAttributes.entry.1.Value.DataType": "Number",
    "MessageAttributes.entry.1.Value.StringValue": "7",
    "MessageAttributes.entry.2.Name": "bytes",
    "MessageAttributes.entry.2.Value.DataType": "Binary",
    "MessageAttributes.entry.2.Value.BinaryValue": "AAEC",
  });
  expect(sqs.letters("orders")[0]).toMatchObject({
    body: "x",
    attributes: {
      count: { DataType: "Number", StringValue: "7" },
      bytes: { DataType: "Binary", BinaryValue: "AAEC" },
    },
  });
});

it("notifies all others when a mail cannot be sent", async () => {
  const { call, subscribe, TopicArn, sqs, mails, lines } = await stage(memoryStore(), async (to) => {
    if (to === "ana@example.com") throw new Error("the mailbox of ana@example.com is full");
  });
  await subscribe("email", "ana@example.com");
  await subscribe("email", "ben@example.com");
  await subscribe("sqs", queueArn);
  expect((await call("Publish", { TopicArn, Message: "x" })).status).toBe(200);
  expect([sqs.letters("orders").length, mails.map(([to]) => to)]).toEqual([1, ["ben@example.com"]]);
  expect(lines).toEqual(["SNS: an address was not notified: Error"]);
});

it("sends no mail about a message that it could not store for a queue", async () => {
  const { store, call, subscribe, TopicArn, mails } = await stage();
  await subscribe("email", "ana@example.com");
  await subscribe("sqs", queueArn);
  store.fail("the disk is full");
  expect((await call("Publish", { TopicArn, Message: "x" })).status).toBe(500);
  expect(mails).toEqual([]);
});

it("keeps one subscription if a subscriber subscribes several times at once, and refuses a different one", async () => {
  const { call, subscribe, TopicArn, sqs } = await stage();
  const answers = await Promise.all([1, 2, 3].map(() => subscribe("sqs", queueArn)));
  expect(new Set(answers.map(({ text }) => /<SubscriptionArn>([^<]+)</.exec(text)?.[1])).size).toBe(1);
  const raw = await subscribe("sqs", queueArn, attribute("RawMessageDelivery", "true"));
  expect([raw.status, raw.text]).toEqual([400, expect.stringContaining("with different attributes")]);
  await call("Publish", { TopicArn, Message: "x" });
  expect(sqs.letters("orders")).toHaveLength(1);
});

it("keeps its topics and subscriptions after a restart, each once, until they are removed", async () => {
  const first = await stage();
  await first.subscribe("sqs", queueArn);
  await first.subscribe("sqs", queueArn);
  const { call, TopicArn, sqs } = await stage(first.store.fork());
  await call("Publish", { TopicArn, Message: "x" });
  expect(sqs.letters("orders")).toHaveLength(1);
  const listed = (await call("ListSubscriptionsByTopic", { TopicArn })).text;
  const [, SubscriptionArn] = /<SubscriptionArn>([^<]+)</.exec(listed) ?? [];
  expect((await call("ListTopics")).text).toContain(
    `<Topics><member><TopicArn>${TopicArn}</TopicArn></member></Topics>`,
  );
  await call("Unsubscribe", { SubscriptionArn: SubscriptionArn! });
  await call("Publish", { TopicArn, Message: "y" });
  expect(sqs.letters("orders")).toHaveLength(1);
  await call("DeleteTopic", { TopicArn });
  expect((await call("Publish", { TopicArn, Message: "z" })).text).toContain("<Code>NotFound</Code>");
});

it("notifies the others when one subscriber no longer exists", async () => {
  const { call, subscribe, TopicArn, sqs, lines } = await stage();
  await subscribe("lambda", lambdaArn.replace("note", "gone"));
  await subscribe("sqs", queueArn);
  await call("Publish", { TopicArn, Message: "x" });
  expect(sqs.letters("orders")).toHaveLength(1);
  expect(lines).toEqual([`SNS: ${lambdaArn.replace("note", "gone")} was not notified: it is not there`]);
});

it.each([
  ["Nothing", {}, "InvalidAction"],
  ["CreateTopic", { Name: "a.fifo" }, "InvalidParameter"],
  [
    "Subscribe",
    { TopicArn: "arn:aws:sns:us-east-1:000000000000:absent", Protocol: "sqs", Endpoint: queueArn },
    "NotFound",
  ],
  ["Subscribe", { Protocol: "http", Endpoint: "http://example.com" }, "InvalidParameter"],
  ["Subscribe", { Protocol: "email", Endpoint: queueArn }, "InvalidParameter"],
  [
    "Subscribe",
    { Protocol: "sqs", Endpoint: queueArn, ...attribute("FilterPolicy", "{}") },
    "InvalidParameter",
  ],
  ["Publish", {}, "InvalidParameter"],
  ["Publish", { Message: "x".repeat(262_145) }, "InvalidParameter"],
  ["Publish", { Message: "x", Subject: "two\nlines" }, "InvalidParameter"],
  ["Publish", { Message: "x", MessageStructure: "json" }, "InvalidParameter"],
  ["Publish", { Message: "x", A: "2", "A.b": "1" }, "InvalidParameter"],
  ["Publish", { Message: "x", MessageAttributes: "kind" }, "InvalidParameterValue"],
  [
    "Publish",
    {
      Message: "x",
      "MessageAttributes.entry.1.Name": "kind",
      "MessageAttributes.entry.1.Value.StringValue": "book",
    },
    "InvalidParameterValue",
  ],
])("refuses %s of %j by name", async (action, fields, code) => {
  const { call, TopicArn } = await stage();
  const { status, text } = await call(action, { TopicArn, ...fields } as Record<string, string>);
  expect([Math.floor(status / 100), /<Code>(\w+)</.exec(text)?.[1]]).toEqual([4, code]);
});
