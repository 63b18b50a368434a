import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { recordedService } from "../testing/recorded-service.ts";
import { sqsDeadLetterQueue } from "./sqs-dead-letter-queue.ts";

const url = "https://sqs.us-east-1.amazonaws.com/123456789012/Undelivered";
const message = (id: string, handle = `h-${id}`) => ({
  MessageId: id,
  ReceiptHandle: handle,
  Body: "{}",
  MD5OfBody: createHash("md5").update("{}").digest("hex"),
  Attributes: { SentTimestamp: "1767261600000" },
  MessageAttributes: { ERROR_CODE: { DataType: "String", StringValue: "NO_PERMISSIONS" } },
});

it("receives all messages, each once with its later handle, until nothing is visible", async () => {
  const pages = [[message("a"), message("b")], [message("a", "later")], []];
  const { calls, config } = recordedService((_, nth) => ({ body: { Messages: pages[nth] } }));
  const taken = await sqsDeadLetterQueue(new SQSClient(config), url).take(100);
  expect(taken).toEqual({
    more: false,
    messages: [
      {
        id: "a",
        handle: "later",
        body: "{}",
        sentAt: 1_767_261_600_000,
        attributes: { ERROR_CODE: "NO_PERMISSIONS" },
      },
      expect.objectContaining({ id: "b", handle: "h-b" }),
    ],
  });
  expect(JSON.parse(calls[0]!.body)).toMatchObject({
    QueueUrl: url,
    VisibilityTimeout: 120,
    WaitTimeSeconds: 1,
  });
});

it("stops at the bound, and says that there may be more", async () => {
  const { calls, config } = recordedService((_, nth) => ({ body: { Messages: [message(`m${nth}`)] } }));
  const { messages, more } = await sqsDeadLetterQueue(new SQSClient(config), url).take(3);
  expect([messages.length, more, calls.length]).toEqual([3, true, 3]);
});

it("makes messages visible to others again, ten a call, and tolerates a failure", async () => {
  const { calls, config } = recordedService((_, nth) => (nth === 0 ? { error: "ServiceUnavailable" } : {}));
  const queue = sqsDeadLetterQueue(new SQSClient(config), url);
  const messages = Array.from({ length: 12 }, (_, n) => ({
    id: `m${n}`,
    handle: `h${n}`,
    body: "",
    attributes: {},
  }));
  await queue.release(messages);
  expect(calls.map(({ operation, body }) => [operation, JSON.parse(body).Entries.length])).toEqual([
    ["ChangeMessageVisibilityBatch", 10],
    ["ChangeMessageVisibilityBatch", 2],
  ]);
});
