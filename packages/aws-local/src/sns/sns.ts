import { randomUUID } from "node:crypto";
import { defaultPlace, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type Operations } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { Acceptance } from "../lambda/event-queue.ts";
import type { EventReceiver } from "../lambda/lambda.ts";
import type { Store } from "../store/store.ts";
import { snsOperations } from "./operations.ts";
import { deliveryTo, messageFor, type Publishing, type Stamp } from "./publish.ts";
import { awsQuery } from "./query-protocol.ts";
import { openTopics, type Subscription } from "./topics.ts";

export interface SnsOptions {
  readonly clock: Clock;
  /** Where topics and subscriptions are stored. */
  readonly store: Store;
  /** The receiver of messages for the ARN of a function or a queue; undefined if there is none. */
  readonly targetOf: (arn: string) => EventReceiver | undefined;
  /** Sends a mail to subscribers by address; without it they get nothing. */
  readonly sendMail?: (to: string, subject: string, text: string) => Promise<void>;
  readonly place?: Place;
  /** Called with a line for each failed delivery. */
  readonly log?: (line: string) => void;
}

/**
 * SNS on one machine: topics whose messages go to functions, queues and addresses. When Publish resolves, all functions
 * and queues have the message. Subscriptions need no confirmation.
 */
export interface Sns extends EndpointService {
  readonly operations: Operations;
  /** Publishes a message of another service, unless the topic does not exist. */
  publish(topicArn: string, message: string): Promise<void>;
}

const MAX_MESSAGE_SIZE = 262_144;

export function createSns(options: SnsOptions): Sns {
  const { clock, store, targetOf: takerOf, sendMail, place = defaultPlace, log = console.error } = options;
  const topics = openTopics(store);

  const offer = (subscription: Subscription, publishing: Publishing, stamp: Stamp): Acceptance[] => {
    const json = deliveryTo(subscription, publishing, stamp);
    const beside = subscription.raw ? publishing.attributes : {};
    const answer = takerOf(subscription.endpoint)?.accept(json, beside);
    if (answer?.kind === "accepted") return [answer];
    log(`SNS: ${subscription.endpoint} was not notified: ${answer ? answer.error.code : "it is not there"}`);
    return [];
  };

  const publish = async (topicArn: string, publishing: Publishing): Promise<string> => {
    if (Buffer.byteLength(publishing.message) > MAX_MESSAGE_SIZE)
      throw new AwsError(
        "InvalidParameter",
        `Invalid parameter: Message too long: over ${MAX_MESSAGE_SIZE} bytes`,
      );
    const stamp = { id: randomUUID(), at: clock.now() };
    const subscriptions = topics.subscriptions(topicArn);
    const taken = subscriptions
      .filter(({ protocol }) => protocol !== "email")
      .flatMap((one) => offer(one, publishing, stamp));
    try {
      await store.write(taken.flatMap(({ writes }) => writes));
    } catch (cause) {
      for (const { cancel } of taken) cancel();
      throw cause;
    }
    for (const { begin } of taken) begin();
    const addresses = subscriptions
      .filter(({ protocol }) => protocol === "email")
      .map(({ endpoint }) => endpoint);
    const subject = publishing.subject ?? "AWS Notification Message";
    for (const address of addresses)
      await sendMail?.(address, subject, messageFor(publishing, "email")).catch((cause: unknown) =>
        log(`SNS: an address was not notified: ${cause instanceof Error ? cause.name : typeof cause}`),
      );
    return stamp.id;
  };

  const operations = snsOperations({ topics, place, clock, newId: randomUUID, publish });
  return {
    name: "SNS",
    signedFor: "sns",
    handle: awsQuery(operations),
    operations,
    async publish(topicArn, message) {
      await operations.Publish({ TopicArn: topicArn, Message: message });
    },
  };
}
