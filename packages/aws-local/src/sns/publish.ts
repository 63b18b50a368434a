import type { MessageAttribute, MessageAttributes } from "../sqs/message-attributes.ts";
import type { Protocol, Subscription } from "./topics.ts";

/** A message to publish. */
export interface Publishing {
  readonly message: string;
  readonly subject?: string | undefined;
  readonly attributes: MessageAttributes;
  /** The text for each protocol, and `default` for all others. */
  readonly byProtocol?: Readonly<Record<string, string>> | undefined;
}

/** The id and the time of a published message. */
export interface Stamp {
  readonly id: string;
  readonly at: number;
}

/** The text that a protocol's subscribers get. */
export const messageFor = ({ message, byProtocol }: Publishing, protocol: Protocol): string =>
  byProtocol ? (byProtocol[protocol] ?? byProtocol.default ?? message) : message;

/**
 * The event of a function, or the body of a queue's message.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html,
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 */
export function deliveryTo(subscription: Subscription, publishing: Publishing, stamp: Stamp): string {
  const { protocol, topicArn, raw } = subscription;
  const message = messageFor(publishing, protocol);
  if (protocol === "sqs" && raw) return message;
  const notification = {
    Type: "Notification",
    MessageId: stamp.id,
    TopicArn: topicArn,
    ...(publishing.subject === undefined ? {} : { Subject: publishing.subject }),
    Message: message,
    Timestamp: new Date(stamp.at).toISOString(),
    ...(Object.keys(publishing.attributes).length === 0
      ? {}
      : { MessageAttributes: Object.fromEntries(Object.entries(publishing.attributes).map(attribute)) }),
  };
  if (protocol === "sqs") return JSON.stringify(notification);
  const record = {
    EventSource: "aws:sns",
    EventVersion: "1.0",
    EventSubscriptionArn: subscription.arn,
    Sns: { Subject: null, MessageAttributes: {}, ...notification },
  };
  return JSON.stringify({ Records: [record] });
}

function attribute([name, given]: [string, MessageAttribute]): [string, object] {
  const { DataType, StringValue, BinaryValue } = given;
  return [name, { Type: DataType, Value: StringValue ?? BinaryValue }];
}
