import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeadLetterQueue, QueuedMessage } from "@callboard/core";

const HIDDEN_SECONDS = 120;
/** A long poll asks all of SQS's servers, so an empty answer means that nothing is visible. */
const POLL_SECONDS = 1;
const MESSAGES_A_CALL = 10;

/**
 * A dead-letter queue in SQS, which can show messages only by receiving them
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html).
 */
export function sqsDeadLetterQueue(client: SQSClient, QueueUrl: string): DeadLetterQueue {
  const receive = async (): Promise<QueuedMessage[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: MESSAGES_A_CALL,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: POLL_SECONDS,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    return Messages.map(messageOf);
  };

  return {
    /** SQS delivers at least once: if a message comes twice, the later handle is used. */
    async take(most) {
      const messages = new Map<string, QueuedMessage>();
      while (messages.size < most) {
        const received = await receive();
        if (received.length === 0) return { messages: [...messages.values()], more: false };
        for (const message of received) messages.set(message.id, message);
      }
      return { messages: [...messages.values()], more: true };
    },

    async release(messages) {
      for (let at = 0; at < messages.length; at += MESSAGES_A_CALL) {
        const batch = messages.slice(at, at + MESSAGES_A_CALL);
        const Entries = batch.map(({ handle }, n) => ({
          Id: String(n),
          ReceiptHandle: handle,
          VisibilityTimeout: 0,
        }));
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => {});
      }
    },

    async remove({ handle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle }));
    },
  };
}

function messageOf({
  MessageId,
  Body,
  ReceiptHandle,
  Attributes,
  MessageAttributes,
}: Message): QueuedMessage {
  const sentAt = Number(Attributes?.SentTimestamp);
  const attributes = Object.entries(MessageAttributes ?? {}).map(([name, { StringValue = "" }]) => [
    name,
    StringValue,
  ]);
  return {
    id: MessageId!,
    body: Body ?? "",
    handle: ReceiptHandle!,
    attributes: Object.fromEntries(attributes),
    ...(sentAt > 0 ? { sentAt } : {}),
  };
}
