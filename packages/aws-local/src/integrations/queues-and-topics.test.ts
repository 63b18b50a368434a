import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createSns } from "../sns/sns.ts";
import { createSqs } from "../sqs/sqs.ts";
import { memoryStore } from "../store/index.ts";
import { snsTasks } from "./sns.ts";
import { sqsTasks } from "./sqs.ts";
import { firstOf } from "./tasks.ts";
import { callTask, patternsOf } from "./testing/call.ts";

async function stage() {
  const clock = virtualClock();
  const store = memoryStore();
  const sqs = createSqs({ clock, store });
  onTestFinished(() => sqs.close());
  const sns = createSns({ clock, store, targetOf: sqs.targetOf });
  const run = (name: string, input: object) =>
    callTask(firstOf(sqsTasks(sqs.operations), snsTasks(sns.operations)), name, input) as Promise<{
      QueueUrl: string;
      TopicArn: string;
    }>;
  const { QueueUrl } = await run("aws-sdk:sqs:createQueue", { QueueName: "orders" });
  const bodies = () => sqs.letters("orders").map(({ body }) => body);
  return { run, QueueUrl, bodies };
}

it("sends text unchanged and anything else as JSON", async () => {
  const { run, QueueUrl, bodies } = await stage();
  const sent = await run("sqs:sendMessage", { QueueUrl, MessageBody: { order: 7, token: "t" } });
  expect(sent).toEqual({ MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) });
  await run("sqs:sendMessage.waitForTaskToken", { QueueUrl, MessageBody: "plain" });
  await run("aws-sdk:sqs:sendMessage", { QueueUrl, MessageBody: "by the SDK" });
  expect(bodies()).toEqual(['{"order":7,"token":"t"}', "plain", "by the SDK"]);
});

it("also finds a queue by its address on AWS", async () => {
  const { run, bodies } = await stage();
  const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
  await run("sqs:sendMessage", { QueueUrl, MessageBody: "x" });
  expect(bodies()).toEqual(["x"]);
});

it("publishes text unchanged and anything else as JSON", async () => {
  const { run, QueueUrl, bodies } = await stage();
  const { TopicArn } = await run("aws-sdk:sns:createTopic", { Name: "orders" });
  await run("aws-sdk:sns:subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: `arn:aws:sqs:us-east-1:000000000000:${QueueUrl.split("/").at(-1)}`,
    Attributes: { RawMessageDelivery: "true" },
  });
  expect(await run("sns:publish", { TopicArn, Message: { order: 7 } })).toEqual({
    MessageId: expect.any(String),
  });
  await run("sns:publish.waitForTaskToken", { TopicArn, Message: "plain", Subject: "Order" });
  expect(bodies()).toEqual(['{"order":7}', "plain"]);
});

it("fails under the names that Step Functions has for their errors", async () => {
  const { run } = await stage();
  const absent = { QueueUrl: "https://sqs/1/absent", MessageBody: "x" };
  await expect(run("sqs:sendMessage", absent)).rejects.toMatchObject({
    error: "SQS.QueueDoesNotExistException",
  });
  await expect(run("aws-sdk:sqs:sendMessage", absent)).rejects.toMatchObject({
    error: "Sqs.QueueDoesNotExistException",
  });
  const TopicArn = "arn:aws:sns:us-east-1:000000000000:absent";
  await expect(run("sns:publish", { TopicArn, Message: "x" })).rejects.toMatchObject({
    error: "SNS.NotFoundException",
  });
  await expect(run("sns:publish", { Message: "x" })).rejects.toMatchObject({
    error: "SNS.InvalidParameterException",
  });
});

it("does not serve patterns that wait for an end", () => {
  const operations = { SendMessage: async () => ({}), Publish: async () => ({}) };
  for (const [tasks, name] of [
    [sqsTasks(operations), "sqs:sendMessage"],
    [snsTasks(operations), "sns:publish"],
  ] as const)
    expect(patternsOf(tasks, name)).toEqual(["request", "waitForTaskToken"]);
});
